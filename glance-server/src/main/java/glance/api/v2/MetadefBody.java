package glance.api.v2;

import glance.api.Json;
import glance.error.GlanceException;
import glance.image.StorableText;
import java.io.IOException;
import tools.jackson.databind.JsonNode;

/** Reads the request bodies of metadata definitions. */
final class MetadefBody {
    private MetadefBody() {}

    /**
     * A body that fits its schema.
     *
     * @throws GlanceException.InvalidRequest when it does not, or holds text that no database keeps
     * @throws GlanceException.Forbidden when it names an attribute that only the service writes
     */
    static JsonNode read(Call call, MetadefSchemas.Body kind) throws IOException {
        JsonNode body = Json.read(call.request().body());
        if (!body.isObject()) {
            throw new GlanceException.InvalidRequest("The request body must be a JSON object.");
        }
        for (String name : kind.readOnly()) {
            if (body.has(name)) {
                throw new GlanceException.Forbidden("Attribute '" + name + "' is read-only.");
            }
        }
        kind.constraint().violation(body).ifPresent(wrong -> {
            throw new GlanceException.InvalidRequest(
                    "Provided object does not match schema '" + kind.schema() + "': it " + wrong);
        });
        requireStorable(body);
        return body;
    }

    private static void requireStorable(JsonNode node) {
        if (node.isString()) {
            StorableText.require("request body", node.stringValue());
        } else if (node.isArray()) {
            node.forEach(MetadefBody::requireStorable);
        } else if (node.isObject()) {
            node.forEachEntry((name, value) -> {
                StorableText.require("request body", name);
                requireStorable(value);
            });
        }
    }
}
