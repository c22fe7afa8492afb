package glance.api.registry;

import glance.api.ErrorResponses;
import glance.api.Json;
import glance.api.PathSegments;
import glance.api.QueryString;
import glance.auth.Caller;
import glance.error.GlanceException;
import glance.http.Headers;
import glance.http.Request;
import glance.http.Response;
import glance.image.Image;
import glance.image.ImageId;
import glance.image.ImageStatus;
import glance.image.Registry;
import glance.registry.remote.CommandFailure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * REST v1 of the registry, which upstream's API v1 speaks. There is no version in its paths; what is not there is 404 whatever
 * the method, and errors are a line of plain text.
 */
final class RestApi {
    private static final String PURGE = "X-Glance-Registry-Purge-Props";

    private final Registry registry;
    private final RegistryConfig config;
    private final InstantSource clock;

    RestApi(Registry registry, RegistryConfig config, InstantSource clock) {
        this.registry = registry;
        this.config = config;
        this.clock = clock;
    }

    Response handle(Request request, Caller caller) throws IOException {
        CallerImages images = new CallerImages(registry, caller, clock);
        try {
            return route(request, segments(request), images);
        } catch (CommandFailure refused) {
            return refused.errorClass().endsWith(".ForbiddenPublicImage")
                    ? line(403, refused.reason())
                    : line(400, refused.reason());
        } catch (RestMembers.NotSharing refused) {
            return line(403, refused.reason());
        } catch (GlanceException.Forbidden hidden) {
            return line(404, "There is no such image for you");
        } catch (GlanceException refused) {
            return line(ErrorResponses.statusOf(refused), refused.reason());
        }
    }

    /** The path's parts; a slash at its end makes no other path. */
    private static List<String> segments(Request request) {
        String path = request.rawPath().endsWith("/")
                ? request.rawPath().substring(0, request.rawPath().length() - 1)
                : request.rawPath();
        return path.isEmpty()
                ? List.of()
                : PathSegments.of("/registry" + path).stream()
                        .map(RestApi::decoded)
                        .toList();
    }

    private static String decoded(String segment) {
        return PathSegments.utf8(segment).orElseThrow(RestApi::nothing);
    }

    /** A bounded name for the request's route. */
    static String routeName(Request request) {
        List<String> path = List.of(request.rawPath().split("/", -1));
        String first = path.size() < 2 ? "" : path.get(1);
        return switch (first) {
            case "", "images" -> path.size() < 4 ? "images" : "members";
            case "shared-images" -> "shared-images";
            default -> "unknown";
        };
    }

    private Response route(Request request, List<String> path, CallerImages images) throws IOException {
        if (path.isEmpty() || path.equals(List.of("images"))) {
            return !path.isEmpty() && request.method().equals("POST")
                    ? create(request, images)
                    : list(request, !path.isEmpty(), images, Documents::restBrief);
        }
        if (path.equals(List.of("images", "detail"))) {
            return list(request, true, images, Documents::restImage);
        }
        if (path.size() == 2 && path.getFirst().equals("images")) {
            return image(request, new ImageId(path.getLast()), images);
        }
        return new RestMembers(registry, images).route(request, path);
    }

    static GlanceException nothing() {
        return new GlanceException.NotFound("There is nothing here");
    }

    private Response list(
            Request request,
            boolean onlyGet,
            CallerImages images,
            Function<Image, Map<String, @Nullable Object>> document) {
        if (onlyGet && !request.method().equals("GET")) {
            throw nothing();
        }
        RestListing listing = new RestListing(QueryString.parse(request.rawQuery()), config);
        return answer(
                Map.of("images", listing.read(images).stream().map(document).toList()));
    }

    private Response image(Request request, ImageId id, CallerImages images) throws IOException {
        return switch (request.method()) {
            case "GET" -> described(images.shown(id));
            case "PUT" -> update(request, id, images);
            case "DELETE" -> described(images.destroy(id).asDeleted(images.now()));
            default -> throw nothing();
        };
    }

    private Response create(Request request, CallerImages images) throws IOException {
        Arguments values = imageOf(body(request));
        values.findText("id").ifPresent(RestApi::requireUuid);
        return described(images.createOwned(values, ImageStatus.ACTIVE));
    }

    private static void requireUuid(String id) {
        try {
            if (UUID.fromString(id).toString().equalsIgnoreCase(id)) {
                return;
            }
        } catch (IllegalArgumentException malformed) {
            throw new GlanceException.InvalidRequest("The image id '" + id + "' is no UUID", malformed);
        }
        throw new GlanceException.InvalidRequest("The image id '" + id + "' is no UUID");
    }

    private static Response update(Request request, ImageId id, CallerImages images) throws IOException {
        Arguments body = body(request);
        boolean purge = "true".equals(request.headers().first(PURGE));
        return described(images.update(
                id, imageOf(body), purge, body.findText("from_state").map(ImageStatus::parse)));
    }

    private static Arguments imageOf(Arguments body) {
        if (body.find("image").isEmpty()) {
            throw Arguments.invalid("image", "is missing");
        }
        return body.object("image");
    }

    /** The body, an object. */
    static Arguments body(Request request) throws IOException {
        JsonNode body = Json.read(request.body());
        if (!body.isObject()) {
            throw new GlanceException.InvalidRequest("The body must be a JSON object");
        }
        return new Arguments(body);
    }

    private static Response described(Image image) {
        return answer(Map.of("image", Documents.restImage(image)));
    }

    static Response answer(Map<String, ?> document) {
        return Json.answer(200, json -> json.writePOJO(document));
    }

    private static Response line(int status, String reason) {
        return new Response.Bytes(
                status,
                Headers.of("Content-Type", "text/plain; charset=UTF-8"),
                reason.replaceAll("\\s+", " ").getBytes(StandardCharsets.UTF_8));
    }
}
