package glance.api.v2;

import glance.error.GlanceException;
import glance.image.NewLocation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads locations that clients name. */
final class LocationCodec {
    /** Algorithms whose digests {@code POST …/locations} takes. */
    private static final List<String> ALGORITHMS = List.of("sha1", "sha256", "sha512", "md5");

    private LocationCodec() {}

    /** A location of a PATCH, valid by the schema; members that the schema does not know are left out. */
    static NewLocation location(JsonNode location) {
        return new NewLocation(
                location.path("url").stringValue(), metadata(location.path("metadata")), promise(location));
    }

    private static Map<String, Object> metadata(JsonNode object) {
        Map<String, Object> metadata = new LinkedHashMap<>();
        object.forEachEntry((name, value) -> metadata.put(name, recordable(value)));
        return metadata;
    }

    private static Object recordable(JsonNode value) {
        if (value.isString()) {
            return value.stringValue();
        }
        if (value.isObject()) {
            return metadata(value);
        }
        if (value.isArray()) {
            List<Object> list = new ArrayList<>();
            value.forEach(one -> list.add(recordable(one)));
            return list;
        }
        throw new GlanceException.InvalidRequest(
                "The metadata of a location holds something else than strings, lists and objects");
    }

    private static NewLocation.@Nullable Promise promise(JsonNode location) {
        JsonNode data = location.path("validation_data");
        if (data.isMissingNode()) {
            return null;
        }
        JsonNode checksum = data.path("checksum");
        return new NewLocation.Promise(
                checksum.isString() ? checksum.stringValue() : null,
                data.path("os_hash_algo").stringValue(),
                data.path("os_hash_value").stringValue());
    }

    /**
     * The body of {@code POST …/locations}. Members beside {@code url} and {@code validation_data} do not count; an empty
     * {@code validation_data} says nothing.
     *
     * @throws GlanceException.InvalidRequest when it is none
     */
    static NewLocation posted(JsonNode body) {
        if (!body.isObject() || !body.path("url").isString()) {
            throw new GlanceException.InvalidRequest("The request body must be a JSON object with a string url.");
        }
        String url = body.path("url").stringValue();
        JsonNode data = body.path("validation_data");
        if (data.isMissingNode() || (data.isObject() && data.isEmpty())) {
            return new NewLocation(url, Map.of(), null);
        }
        if (!data.isObject()
                || data.size() != 2
                || !data.path("os_hash_algo").isString()
                || !data.path("os_hash_value").isString()) {
            throw new GlanceException.InvalidRequest(
                    "validation_data must be an object of two strings, os_hash_algo and os_hash_value.");
        }
        String algorithm = data.path("os_hash_algo").stringValue();
        if (!ALGORITHMS.contains(algorithm)) {
            throw new GlanceException.InvalidRequest(
                    "os_hash_algo is '" + algorithm + "'; accepted: " + String.join(", ", ALGORITHMS));
        }
        String value = data.path("os_hash_value").stringValue();
        return new NewLocation(url, Map.of(), new NewLocation.Promise(null, algorithm, value));
    }
}
