package glance.api.v1;

import glance.api.ApiConfig;
import glance.api.ErrorResponses;
import glance.api.PathSegments;
import glance.api.UseCases;
import glance.auth.Caller;
import glance.error.GlanceException;
import glance.http.Request;
import glance.http.Response;
import glance.image.ImageId;
import glance.store.StoreException;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The deprecated Images API v1: finds what a path means and renders what is refused. Thread-safe. */
public final class ApiV1 {
    private static final Logger LOG = LoggerFactory.getLogger(ApiV1.class);

    private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS");

    private final ImageCalls images;
    private final ListCalls lists;
    private final MemberCalls members;

    /** The API over the use cases of v2, with what can be read from elsewhere. */
    public ApiV1(UseCases useCases, ApiConfig config, RemoteSources remote) {
        this.images = new ImageCalls(useCases, config, remote);
        this.lists = new ListCalls(useCases, config);
        this.members = new MemberCalls(useCases.sharing());
    }

    /** Whether a request, after version negotiation, is this API's. */
    public static boolean owns(Request request) {
        return request.rawPath().startsWith("/v1/");
    }

    /** The route's name, one of a fixed few, for metrics and logs. */
    public String routeName(Request request) {
        List<String> path = PathSegments.of(request.rawPath());
        return switch (path.size()) {
            case 1 -> "v1-images";
            case 2 -> path.getFirst().equals("shared-images") ? "v1-shared-images" : "v1-image";
            case 3 -> "v1-members";
            case 4 -> "v1-member";
            default -> "v1-other";
        };
    }

    /**
     * Answers a request whose path starts with {@code /v1/}.
     *
     * @param requestId goes back as {@code x-openstack-request-id}
     * @throws IOException when the client has gone or its body broke; the connection is to be closed
     */
    public Response handle(Request request, Caller caller, String requestId) throws IOException {
        Response response = answer(request, caller);
        return response.withHeaders(response.headers().with("x-openstack-request-id", requestId));
    }

    private Response answer(Request request, Caller caller) throws IOException {
        try {
            return route(request, caller, PathSegments.of(request.rawPath()));
        } catch (GlanceException.UnsupportedMedia refusal) {
            return ErrorResponses.of(400, refusal.reason(), request);
        } catch (DataCalls.DeletedMeanwhile deleted) {
            return ErrorResponses.of(412, String.valueOf(deleted.getMessage()), request);
        } catch (GlanceException refusal) {
            LOG.debug("request refused reason={}", refusal.reason());
            return ErrorResponses.of(refusal, request);
        } catch (StoreException failed) {
            LOG.error("store failure reached the edge", failed);
            return ErrorResponses.of(500, "The server could not complete the request.", request);
        }
    }

    private Response route(Request request, Caller caller, List<String> path) throws IOException {
        if (path.equals(List.of(""))) {
            return lists.list(request, caller, false);
        }
        if (path.equals(List.of("images"))) {
            return switch (request.method()) {
                case "GET" -> lists.list(request, caller, false);
                case "POST" -> images.create(request, caller);
                default -> wrongMethod("GET, POST", request);
            };
        }
        if (path.equals(List.of("images", "detail"))) {
            return switch (request.method()) {
                case "GET" -> lists.list(request, caller, true);
                case "HEAD" -> wrongMethod("GET", request);
                default -> wrongMethod("GET, HEAD", request);
            };
        }
        if (path.size() == 2
                && path.getFirst().equals("shared-images")
                && !path.get(1).isEmpty()) {
            return members.sharedWith(caller, text(path.get(1)));
        }
        if (path.size() >= 2 && path.getFirst().equals("images") && !path.get(1).isEmpty()) {
            ImageId id = new ImageId(text(path.get(1)));
            if (path.size() == 2) {
                return image(request, caller, id);
            }
            if (path.size() == 3 && path.get(2).equals("members")) {
                return members(request, caller, id);
            }
            if (path.size() == 4
                    && path.get(2).equals("members")
                    && !path.get(3).isEmpty()) {
                return member(request, caller, id, text(path.get(3)));
            }
        }
        boolean isMethod = METHODS.contains(request.method());
        return isMethod
                ? ErrorResponses.of(404, "The resource could not be found.", request)
                : ErrorResponses.of(501, "The method '" + request.method() + "' is not known.", request);
    }

    private static String text(String segment) {
        return PathSegments.utf8(segment)
                .orElseThrow(() -> new GlanceException.NotFound("The path is not valid UTF-8"));
    }

    private Response members(Request request, Caller caller, ImageId id) throws IOException {
        return switch (request.method()) {
            case "GET" -> members.list(caller, id);
            case "PUT" -> members.replace(request, caller, id);
            default -> wrongMethod("GET, PUT", request);
        };
    }

    private Response member(Request request, Caller caller, ImageId id, String member) throws IOException {
        return switch (request.method()) {
            case "PUT" -> members.grant(request, caller, id, member);
            case "DELETE" -> members.remove(caller, id, member);
            case "GET" -> ErrorResponses.of(405, "The method is not allowed for this resource.", request);
            default -> wrongMethod("GET, PUT, DELETE", request);
        };
    }

    private Response image(Request request, Caller caller, ImageId id) throws IOException {
        return switch (request.method()) {
            case "GET" -> images.data(caller, id);
            case "HEAD" -> images.head(caller, id);
            case "PUT" -> images.update(request, caller, id);
            case "DELETE" -> images.delete(caller, id);
            default -> wrongMethod("GET, HEAD, PUT, DELETE", request);
        };
    }

    private static Response wrongMethod(String allowed, Request request) {
        Response error = ErrorResponses.of(405, "The method is not allowed for this resource.", request);
        return error.withHeaders(error.headers().with("Allow", allowed));
    }
}
