package glance.api.v2;

import glance.api.ApiConfig;
import glance.api.Json;
import glance.config.ConfigException;
import glance.error.GlanceException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The schema of an image: the attributes every image has, and the custom properties the operator declared in {@code
 * schema-image.json}. What is served under {@code /v2/schemas} and what requests are checked against is one object.
 */
public final class ImageSchema {
    private static final int MAX_NAME_LENGTH = 255;

    private final ObjectNode properties;
    private final Map<String, JsonConstraint> constraints = new LinkedHashMap<>();
    private final Set<String> base;
    private final Set<String> required;

    private ImageSchema(ObjectNode base, ObjectNode declared, Set<String> required) {
        this.base = new LinkedHashSet<>(base.propertyNames());
        this.required = required;
        this.properties = base.deepCopy();
        declared.forEachEntry((name, schema) -> {
            if (!base.has(name)) {
                ((ObjectNode) schema).put("is_base", false);
                properties.set(name, schema);
            } else if (!base.path(name).equals(schema)) {
                throw new IllegalArgumentException("property " + name + " differs from the attribute of that name");
            }
        });
        properties.forEachEntry((name, schema) -> constraints.put(name, JsonConstraint.compile(name, schema)));
    }

    /** The schema without declared properties. */
    public static ImageSchema of(ApiConfig config) {
        return new ImageSchema(base(config), JsonNodeFactory.instance.objectNode(), Set.of());
    }

    /**
     * The schema with the properties declared in {@code file}: either {@code {name: schema, …}}, or {@code
     * {"properties": {name: schema, …}, "required": [name, …]}}.
     *
     * @throws ConfigException naming the file and what is wrong in it
     */
    public static ImageSchema load(ApiConfig config, Path file) {
        try {
            JsonNode document = Json.parse(Files.readAllBytes(file));
            boolean extended = document.path("properties").isObject();
            JsonNode declared = extended ? document.path("properties") : document;
            if (!declared.isObject() || !declared.valueStream().allMatch(JsonNode::isObject)) {
                throw new IllegalArgumentException("accepted: an object of property schemas");
            }
            Set<String> required = new LinkedHashSet<>();
            if (extended) {
                document.path("required").forEach(name -> required.add(name.asString()));
            }
            return new ImageSchema(base(config), (ObjectNode) declared.deepCopy(), required);
        } catch (IOException | IllegalArgumentException | GlanceException.InvalidRequest wrong) {
            throw new ConfigException("schema file " + file + ": " + wrong.getMessage());
        }
    }

    /** Whether {@code name} is an attribute every image has. */
    boolean isBase(String name) {
        return base.contains(name);
    }

    /** Whether images may be created only with this property, and it may not be removed. */
    boolean isRequired(String name) {
        return required.contains(name);
    }

    /** Whether a recorded null is shown as null; elsewhere it is shown as empty text. */
    boolean isNullable(String name) {
        JsonConstraint constraint = constraints.get(name);
        return constraint != null && constraint.nullable();
    }

    /**
     * @throws GlanceException.InvalidRequest when {@code value} is none for {@code name}
     */
    void requireValid(String name, JsonNode value) {
        JsonConstraint constraint = constraints.get(name);
        if (constraint == null) {
            if (!value.isString()) {
                throw new GlanceException.InvalidRequest(
                        "Provided object does not match schema 'image': property " + name + " is not of type string");
            }
            return;
        }
        constraint.violation(value).ifPresent(wrong -> {
            throw new GlanceException.InvalidRequest(
                    "Provided object does not match schema 'image': property " + name + " " + wrong);
        });
    }

    /**
     * @throws GlanceException.InvalidRequest when {@code image} lacks a required property
     */
    void requireComplete(JsonNode image) {
        for (String name : required) {
            if (!image.has(name)) {
                throw new GlanceException.InvalidRequest(
                        "Provided object does not match schema 'image': property " + name + " is required");
            }
        }
    }

    /** Refuses names that are too long for the column (400) or belong to the service (403). */
    static void requireUsableName(String name) {
        if (name.length() > MAX_NAME_LENGTH) {
            throw new GlanceException.InvalidRequest("A property name has " + name.length() + " characters; at most "
                    + MAX_NAME_LENGTH + " are allowed");
        }
        if (name.startsWith("os_glance")
                || Set.of("location", "deleted", "deleted_at").contains(name)) {
            throw new GlanceException.Forbidden("Attribute '" + name + "' is reserved.");
        }
    }

    /** {@code /v2/schemas/image}. */
    ObjectNode document() {
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        document.put("name", "image");
        document.set("properties", properties);
        document.putObject("additionalProperties").put("type", "string");
        document.set("links", Schemas.links("self", "{self}", "enclosure", "{file}", "describedby", "{schema}"));
        if (!required.isEmpty()) {
            ArrayNode names = document.putArray("required");
            required.forEach(names::add);
        }
        return document;
    }

    private static ObjectNode base(ApiConfig config) {
        ObjectNode base = (ObjectNode) Json.parse(Schemas.IMAGE_PROPERTIES.getBytes(StandardCharsets.UTF_8));
        addFormats((ObjectNode) base.path("container_format"), config.containerFormats());
        addFormats((ObjectNode) base.path("disk_format"), config.diskFormats());
        return base;
    }

    /** In configuration order, null first: nova takes the first format it likes from this list. */
    private static void addFormats(ObjectNode property, List<String> formats) {
        ArrayNode values = property.putArray("enum").addNull();
        formats.forEach(values::add);
    }
}
