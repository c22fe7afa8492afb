package glance.api.v2;

import glance.api.Json;
import glance.error.GlanceException;
import glance.image.Attribute;
import glance.image.ImageEdit;
import glance.image.ImageEdit.Verb;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Decodes {@code PATCH /v2/images/{id}}: two dialects that look like RFC 6902 and are not. Everything here is refused
 * whether or not the image exists.
 */
final class PatchRequest {
    /** Served when a PATCH comes in another media type. */
    static final String ACCEPTED =
            "application/openstack-images-v2.0-json-patch, application/openstack-images-v2.1-json-patch";

    private static final Set<String> VERBS = Set.of("add", "replace", "remove");

    /** Never changed by a client, whatever the verb. {@code stores}: upstream takes it for a custom property. */
    private static final Set<String> READ_ONLY = Set.of(
            "created_at",
            "updated_at",
            "status",
            "checksum",
            "size",
            "virtual_size",
            "direct_url",
            "self",
            "file",
            "schema",
            "id",
            "os_hash_algo",
            "os_hash_value",
            "stores");

    private final ImageSchema schema;
    private final Dialect dialect;

    /** How an operation object looks, and what {@code add} means. */
    enum Dialect {
        /** {@code {"add": path, "value": v}}; add never overwrites. */
        V2_0(Verb.ADD_NEW),
        /** {@code {"op": "add", "path": path, "value": v}}; add overwrites. */
        V2_1(Verb.ADD);

        private final Verb add;

        Dialect(Verb add) {
            this.add = add;
        }

        /** The dialect of a media type; parameters are ignored, letter case is not. */
        static Optional<Dialect> of(@Nullable String contentType) {
            return switch (MediaTypes.withoutParameters(contentType)) {
                case "application/openstack-images-v2.0-json-patch" -> Optional.of(V2_0);
                case "application/openstack-images-v2.1-json-patch" -> Optional.of(V2_1);
                default -> Optional.empty();
            };
        }
    }

    /** One operation, taken apart. */
    private record Operation(
            String verb, List<String> path, @Nullable JsonNode value) {
        String root() {
            return path.getFirst();
        }
    }

    PatchRequest(ImageSchema schema, Dialect dialect) {
        this.schema = schema;
        this.dialect = dialect;
    }

    List<ImageEdit> decode(JsonNode body) {
        if (!body.isArray()) {
            throw new GlanceException.InvalidRequest("The request body must be a JSON array of operation objects.");
        }
        List<ImageEdit> edits = new ArrayList<>();
        for (JsonNode node : body) {
            if (!node.isObject()) {
                throw new GlanceException.InvalidRequest("Operations must be JSON objects.");
            }
            edits.add(edit(dialect == Dialect.V2_0 ? operation20(node) : operation21(node)));
        }
        return edits;
    }

    private static Operation operation20(JsonNode node) {
        List<String> verbs = VERBS.stream().filter(node::has).toList();
        if (verbs.size() != 1) {
            throw new GlanceException.InvalidRequest(
                    "Operation objects must contain exactly one of add, replace and remove.");
        }
        return operation(verbs.getFirst(), node.path(verbs.getFirst()), node);
    }

    private static Operation operation21(JsonNode node) {
        JsonNode verb = node.path("op");
        if (!verb.isString() || !VERBS.contains(verb.stringValue())) {
            throw new GlanceException.InvalidRequest("Operation objects must have op add, replace or remove.");
        }
        return operation(verb.stringValue(), node.path("path"), node);
    }

    private static Operation operation(String verb, JsonNode path, JsonNode node) {
        if (!path.isString()) {
            throw new GlanceException.InvalidRequest("Operation objects must have a path, which is a string.");
        }
        JsonNode value = node.get("value");
        if (value == null && !verb.equals("remove")) {
            throw new GlanceException.InvalidRequest("Operation " + verb + " requires a member named value.");
        }
        return new Operation(verb, PatchPath.parse(path.stringValue()), value);
    }

    private ImageEdit edit(Operation operation) {
        requireDepth(operation);
        String root = operation.root();
        if (READ_ONLY.contains(root)) {
            throw new GlanceException.Forbidden("Attribute '" + root + "' is read-only.");
        }
        ImageSchema.requireUsableName(root);
        if (root.equals("locations")) {
            return locations(operation);
        }
        JsonNode value = operation.value();
        if (operation.verb().equals("remove") || value == null) {
            return removal(root);
        }
        schema.requireValid(root, value);
        Verb verb = operation.verb().equals("add") ? dialect.add : Verb.REPLACE;
        Attribute attribute = AttributeCodec.SETTABLE.get(root);
        if (attribute != null) {
            return new ImageEdit.SetAttribute(verb, attribute, AttributeCodec.value(attribute, value));
        }
        if (root.equals("tags")) {
            return new ImageEdit.SetTags(verb, AttributeCodec.tags(value));
        }
        return new ImageEdit.SetProperty(verb, root, AttributeCodec.property(value));
    }

    private ImageEdit removal(String root) {
        if (schema.isBase(root)) {
            return new ImageEdit.RemoveAttribute(root);
        }
        if (schema.isRequired(root)) {
            throw new GlanceException.Forbidden("Property " + root + " is required and may not be removed.");
        }
        return new ImageEdit.RemoveProperty(root);
    }

    private static void requireDepth(Operation operation) {
        boolean item = operation.root().equals("locations") && !operation.verb().equals("replace");
        if (operation.path().size() != (item ? 2 : 1)) {
            throw new GlanceException.InvalidRequest(
                    "Invalid JSON pointer for this resource: '/" + String.join("/", operation.path()) + "'");
        }
    }

    private ImageEdit locations(Operation operation) {
        JsonNode value = operation.value();
        if (operation.verb().equals("remove") || value == null) {
            requirePosition(operation);
            return new ImageEdit.RemoveLocation(operation.path().getLast());
        }
        if (operation.verb().equals("add")) {
            requirePosition(operation);
            if (!value.isObject()) {
                throw new GlanceException.InvalidRequest("A location must be a JSON object.");
            }
            schema.requireValid("locations", Json.arrayOf(value));
            return new ImageEdit.AddLocation(LocationCodec.location(value));
        }
        schema.requireValid("locations", value);
        return new ImageEdit.ReplaceLocations(
                value.valueStream().map(LocationCodec::location).toList());
    }

    private static void requirePosition(Operation operation) {
        if (!operation.path().getLast().matches("-|[0-9]+")) {
            throw new GlanceException.InvalidRequest(
                    "Invalid position '" + operation.path().getLast() + "' in locations: a number or -");
        }
    }
}
