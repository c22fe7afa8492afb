package glance.server.filter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import glance.auth.Caller;
import glance.auth.Credentials;
import glance.auth.IdentityProvider;
import glance.error.GlanceException;
import glance.http.BareRequest;
import glance.http.Headers;
import glance.http.Request;
import glance.http.Response;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class IdentificationTest {
    private static final Caller RED = Caller.of("u-red", "p-red", Set.of("member", "reader"), false);

    private final List<String> served = new ArrayList<>();

    private static Request request(String method, Headers headers) {
        return BareRequest.of(method, "/v2/images", headers);
    }

    private Identification identification(IdentityProvider provider) {
        Identification.Manners manners = new Identification.Manners(
                64, () -> "11111111-0000-4000-8000-000000000000", () -> Optional.of("Keystone uri=\"http://id:5000\""));
        return new Identification(provider, manners, (request, caller, requestId) -> {
            served.add(requestId);
            return new Response.Empty(204, Headers.NONE);
        });
    }

    @Test
    void aClientsRequestIdIsAdoptedAndPrefixed() throws IOException {
        Identification filter = identification(_ -> RED);
        Response kept = filter.handle(request("GET", Headers.of("X-OpenStack-Request-ID", "req-0f5b")));
        Response prefixed = filter.handle(request("GET", Headers.of("X-OpenStack-Request-ID", "trace-77")));
        Response made = filter.handle(request("GET", Headers.NONE));
        assertThat(kept.headers().first("x-openstack-request-id")).isEqualTo("req-0f5b");
        Response forged =
                filter.handle(request("GET", Headers.of("X-OpenStack-Request-ID", "a status=200] INFO forged")));
        assertThat(forged.headers().first("x-openstack-request-id")).isEqualTo("req-a_status_200__INFO_forged");
        assertThat(prefixed.headers().first("x-openstack-request-id")).isEqualTo("req-trace-77");
        assertThat(made.headers().first("x-openstack-request-id"))
                .isEqualTo("req-11111111-0000-4000-8000-000000000000");
    }

    @Test
    void anOverlongRequestIdIsRefusedWithItsLimit() throws IOException {
        Response answer =
                identification(_ -> RED).handle(request("GET", Headers.of("X-OpenStack-Request-ID", "x".repeat(70))));
        assertThat(answer.status()).isEqualTo(431);
        assertThat(new String(((Response.Bytes) answer).content(), UTF_8))
                .contains("70")
                .contains("64");
        assertThat(served).isEmpty();
    }

    @Test
    void anUnprovenIdentityIsChallengedWithoutARequestId() throws IOException {
        Response answer = identification(_ -> {
                    throw new GlanceException.Unauthenticated("no");
                })
                .handle(request("GET", Headers.NONE));
        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.headers().first("WWW-Authenticate")).isEqualTo("Keystone uri=\"http://id:5000\"");
        assertThat(answer.headers().has("x-openstack-request-id")).isFalse();
    }

    @Test
    void aRefusalAtOnceSpeaksAsTheIdentityServiceDoes() throws IOException {
        IdentityProvider hasty = new IdentityProvider() {
            @Override
            public Caller authenticate(Credentials credentials) {
                throw new GlanceException.Unauthenticated("The request you have made requires authentication.");
            }

            @Override
            public boolean refusesAtOnce() {
                return true;
            }
        };
        Response answer = identification(hasty).handle(request("GET", Headers.of("Accept", "text/plain")));
        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.headers().first("Content-Type")).isEqualTo("application/json; charset=UTF-8");
        assertThat(answer.headers().first("WWW-Authenticate")).isEqualTo("Keystone uri=\"http://id:5000\"");
        assertThat(new String(((Response.Bytes) answer).content(), UTF_8))
                .isEqualTo("{\"error\": {\"code\": 401, \"title\": \"Unauthorized\", "
                        + "\"message\": \"The request you have made requires authentication.\"}}");
        assertThat(identification(hasty).handle(request("HEAD", Headers.NONE))).isInstanceOf(Response.Empty.class);
    }

    @Test
    void anUnreachableIdentityServiceIs503NeverOpen() throws IOException {
        Response answer = identification(_ -> {
                    throw new GlanceException.Unavailable("Keystone does not answer");
                })
                .handle(request("GET", Headers.NONE));
        assertThat(answer.status()).isEqualTo(503);
        assertThat(served).isEmpty();
    }

    @Test
    void anonymousCallersOnlyRead() throws IOException {
        Identification filter = identification(_ -> Caller.ANONYMOUS);
        assertThat(filter.handle(request("POST", Headers.NONE)).status()).isEqualTo(403);
        assertThat(filter.handle(request("GET", Headers.NONE)).status()).isEqualTo(204);
    }

    @Test
    void storageTokensServeWhereTheAuthTokenIsMissing() throws IOException {
        List<Credentials> seen = new ArrayList<>();
        Identification filter = identification(credentials -> {
            seen.add(credentials);
            return RED;
        });
        filter.handle(request("GET", Headers.of("X-Storage-Token", " t1 ")));
        assertThat(seen.getFirst().token()).isNotNull().extracting("reveal").isEqualTo("t1");
    }
}
