package glance.api.v2;

import glance.error.GlanceException;
import glance.image.Attribute;
import glance.image.ImageId;
import glance.image.NewImage;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Decodes {@code POST /v2/images}. */
final class CreateRequest {
    /** Written by the service into every document; refused before the schema is looked at. */
    private static final Set<String> LINKS = Set.of("direct_url", "self", "file", "schema", "stores");

    /** Refused after policy was asked. Upstream stores the multihash silently. */
    private static final Set<String> READ_ONLY = Set.of(
            "created_at",
            "updated_at",
            "status",
            "checksum",
            "size",
            "virtual_size",
            "os_hash_algo",
            "os_hash_value",
            "locations");

    private final Map<Attribute, @Nullable Object> attributes = new EnumMap<>(Attribute.class);
    private final SequencedMap<String, @Nullable String> properties = new LinkedHashMap<>();
    private final List<String> readOnly = new ArrayList<>();
    private SequencedSet<String> tags = new LinkedHashSet<>();
    private @Nullable ImageId id;

    private CreateRequest() {}

    static NewImage decode(JsonNode body, ImageSchema schema) {
        if (!body.isObject()) {
            throw new GlanceException.InvalidRequest("The request body must be a JSON object.");
        }
        for (String name : body.propertyNames()) {
            if (LINKS.contains(name)) {
                throw new GlanceException.Forbidden("Attribute '" + name + "' is read-only.");
            }
        }
        body.forEachEntry(schema::requireValid);
        schema.requireComplete(body);
        CreateRequest request = new CreateRequest();
        body.forEachEntry(request::take);
        return new NewImage(request.id, request.attributes, request.tags, request.properties, request.readOnly);
    }

    private void take(String name, JsonNode value) {
        Attribute attribute = AttributeCodec.SETTABLE.get(name);
        if (attribute != null) {
            attributes.put(attribute, AttributeCodec.value(attribute, value));
        } else if (READ_ONLY.contains(name)) {
            readOnly.add(name);
        } else if (name.equals("id")) {
            id = new ImageId(value.stringValue());
        } else if (name.equals("tags")) {
            tags = AttributeCodec.tags(value);
        } else {
            ImageSchema.requireUsableName(name);
            properties.put(name, AttributeCodec.property(value));
        }
    }
}
