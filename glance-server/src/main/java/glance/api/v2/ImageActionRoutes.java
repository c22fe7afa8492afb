package glance.api.v2;

import glance.api.PathSegments;
import glance.http.Headers;
import glance.http.Response;
import glance.image.Images;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Tags and actions: the small changes that have paths of their own. */
final class ImageActionRoutes {
    private static final Response DONE = new Response.Empty(204, Headers.NONE);

    private final Images images;

    ImageActionRoutes(Images images) {
        this.images = images;
    }

    List<Route> table() {
        return List.of(
                Route.bodiless("PUT", "images/*/tags/*", "tags-add", this::addTag),
                Route.bodiless("DELETE", "images/*/tags/*", "tags-remove", this::removeTag),
                Route.bodiless("POST", "images/*/actions/deactivate", "images-deactivate", this::deactivate),
                Route.bodiless("POST", "images/*/actions/reactivate", "images-reactivate", this::reactivate));
    }

    private Response addTag(Call call) {
        images.addTag(call.caller(), call.image(), call.second());
        return DONE;
    }

    /** Upstream reads the octets of a tag in a path as Latin-1, so rows it wrote may hold that spelling. */
    private Response removeTag(Call call) {
        String legacy = PathSegments.decoded(call.variables().get(1), StandardCharsets.ISO_8859_1);
        images.removeTag(call.caller(), call.image(), List.of(call.second(), legacy));
        return DONE;
    }

    private Response deactivate(Call call) {
        images.deactivate(call.caller(), call.image());
        return DONE;
    }

    private Response reactivate(Call call) {
        images.reactivate(call.caller(), call.image());
        return DONE;
    }
}
