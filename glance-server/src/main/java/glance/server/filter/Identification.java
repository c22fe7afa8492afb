package glance.server.filter;

import glance.api.ErrorResponses;
import glance.auth.Caller;
import glance.auth.Credentials;
import glance.auth.IdentityProvider;
import glance.auth.Secret;
import glance.error.GlanceException;
import glance.http.Handler;
import glance.http.Request;
import glance.http.Response;
import glance.server.log.LogContext;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Gives every request its id and its caller. A request whose identity does not hold is answered 401 here, with the
 * challenge and without a request id, as clients of the reference service see it.
 */
public final class Identification implements Handler {
    /** The header of request ids, both ways. */
    public static final String REQUEST_ID = "x-openstack-request-id";

    private static final Set<String> READING = Set.of("GET", "HEAD", "OPTIONS");

    /** What a request with a known caller goes to. */
    @FunctionalInterface
    public interface Identified {
        Response handle(Request request, Caller caller, String requestId) throws IOException;
    }

    /**
     * How requests are named and refused.
     *
     * @param maxRequestIdLength characters of a client's request id; 0 is no limit
     * @param newIds unique texts for requests that bring no id
     * @param challenge value of {@code WWW-Authenticate} on every 401, if this kind of identity has one
     */
    public record Manners(int maxRequestIdLength, Supplier<String> newIds, Supplier<Optional<String>> challenge) {}

    private final IdentityProvider identities;
    private final Manners manners;
    private final Identified next;

    public Identification(IdentityProvider identities, Manners manners, Identified next) {
        this.identities = identities;
        this.manners = manners;
        this.next = next;
    }

    @Override
    public Response handle(Request request) throws IOException {
        String global = request.headers().first(REQUEST_ID);
        try {
            String requestId = requestId(global);
            LogContext context = new LogContext(requestId, global == null ? null : requestId, null);
            return ScopedValue.where(LogContext.CURRENT, context).call(() -> identified(request, requestId));
        } catch (GlanceException.HeaderTooLarge refused) {
            return ErrorResponses.of(refused, request);
        }
    }

    private Response identified(Request request, String requestId) throws IOException {
        Caller caller;
        try {
            caller = identities.authenticate(credentials(request));
        } catch (GlanceException.Unauthenticated refused) {
            return challenged(
                    identities.refusesAtOnce()
                            ? ErrorResponses.ofIdentity(refused, request)
                            : ErrorResponses.of(refused, request));
        } catch (GlanceException failure) {
            return named(ErrorResponses.of(failure, request), requestId);
        }
        if (caller.readOnly() && !READING.contains(request.method())) {
            GlanceException refused = new GlanceException.Forbidden("An anonymous caller may only read");
            return named(ErrorResponses.of(refused, request), requestId);
        }
        LogContext context = LogContext.CURRENT.get().withCaller(caller);
        Response response =
                ScopedValue.where(LogContext.CURRENT, context).call(() -> next.handle(request, caller, requestId));
        return named(response.status() == 401 ? challenged(response) : response, requestId);
    }

    private Response challenged(Response response) {
        return manners.challenge()
                .get()
                .map(value -> response.withHeaders(response.headers().with("WWW-Authenticate", value)))
                .orElse(response);
    }

    private static Response named(Response response, String requestId) {
        return response.headers().has(REQUEST_ID)
                ? response
                : response.withHeaders(response.headers().with(REQUEST_ID, requestId));
    }

    private String requestId(@Nullable String given) {
        if (given == null || given.isBlank()) {
            return "req-" + manners.newIds().get();
        }
        int limit = manners.maxRequestIdLength();
        if (limit > 0 && given.length() > limit) {
            throw new GlanceException.HeaderTooLarge("X-OpenStack-Request-ID has " + given.length()
                    + " characters; the limit max_request_id_length is " + limit);
        }
        // It stands in every line of the log about this request, where a blank or '=' would pass for fields.
        String word = given.replaceAll("[^A-Za-z0-9._:/+@-]", "_");
        return word.startsWith("req-") ? word : "req-" + word;
    }

    private static Credentials credentials(Request request) {
        String token = request.headers().first("X-Auth-Token");
        return new Credentials(
                secret(token == null ? request.headers().first("X-Storage-Token") : token),
                secret(request.headers().first("X-Service-Token")),
                request.method(),
                request.rawPath(),
                request.headers()::first);
    }

    private static @Nullable Secret secret(@Nullable String text) {
        return text == null || text.isBlank() ? null : new Secret(text.strip());
    }
}
