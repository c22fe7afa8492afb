package glance.api.v2;

import glance.api.PathSegments;
import glance.auth.Caller;
import glance.error.GlanceException;
import glance.http.Request;
import glance.image.ImageId;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * One request that reached its route.
 *
 * @param variables the path's variable segments in order, still encoded
 */
record Call(Request request, Caller caller, List<String> variables) {
    /** The first variable as an image id; octets that are no UTF-8 name no image. */
    ImageId image() {
        return image(0);
    }

    /** A variable as an image id, as {@link #image()}. */
    ImageId image(int index) {
        return new ImageId(PathSegments.decoded(variables.get(index), StandardCharsets.UTF_8));
    }

    /** The second variable, decoded. */
    String second() {
        return variable(1);
    }

    /** A variable, decoded. */
    String variable(int index) {
        return PathSegments.utf8(variables.get(index))
                .orElseThrow(() -> new GlanceException.InvalidRequest("The path is not valid UTF-8"));
    }
}
