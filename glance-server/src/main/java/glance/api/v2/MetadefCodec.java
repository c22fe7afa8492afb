package glance.api.v2;

import glance.metadef.Association;
import glance.metadef.AssociationValues;
import glance.metadef.Definition;
import glance.metadef.Definition.Kind;
import glance.metadef.Namespace;
import glance.metadef.NamespaceValues;
import glance.metadef.Namespaces;
import glance.metadef.ResourceType;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Metadata definitions as answers show them: what is null is left out, and links hold names as they are. */
final class MetadefCodec {
    private static final String NAMESPACES = "/v2/metadefs/namespaces/";

    private MetadefCodec() {}

    /**
     * A namespace.
     *
     * @param content what it shows of what is in it, under the names of answers; empty parts are left out
     */
    static ObjectNode namespace(Namespace namespace, ObjectNode content) {
        NamespaceValues values = namespace.values();
        ObjectNode document = object();
        document.put("namespace", values.name());
        put(document, "display_name", values.displayName());
        put(document, "description", values.description());
        put(document, "visibility", values.visibility());
        if (values.isProtected() != null) {
            document.put("protected", values.isProtected());
        }
        document.put("owner", values.owner());
        times(document, namespace.createdAt(), namespace.updatedAt());
        content.forEachEntry((name, part) -> {
            if (!part.isEmpty()) {
                document.set(name, part);
            }
        });
        document.put("self", NAMESPACES + values.name());
        document.put("schema", "/v2/schemas/metadefs/namespace");
        return document;
    }

    /** A namespace of a list. */
    static ObjectNode listed(Namespaces.Listed listed) {
        ObjectNode content = object();
        content.set("resource_type_associations", associations(listed.associations()));
        return namespace(listed.namespace(), content);
    }

    /**
     * A namespace with all that is in it.
     *
     * @param resourceType whose prefix is put before the names of properties, if the namespace applies to it
     */
    static ObjectNode whole(Namespaces.Whole whole, @Nullable String resourceType) {
        List<Association> associations = whole.listed().associations();
        String prefix = associations.stream()
                .map(Association::values)
                .filter(each -> each.resourceType().equals(resourceType) && each.prefix() != null)
                .map(AssociationValues::prefix)
                .findFirst()
                .orElse("");
        Namespace namespace = whole.listed().namespace();
        ObjectNode content = object();
        content.set("resource_type_associations", associations(associations));
        content.set("properties", PropertyDocument.prefixed(properties(whole.of(Kind.PROPERTY)), prefix));
        ArrayNode objects = content.putArray("objects");
        whole.of(Kind.OBJECT).forEach(each -> objects.add(object(namespace.name(), each, prefix)));
        content.set("tags", tagNames(whole.of(Kind.TAG)));
        return namespace(namespace, content);
    }

    /** By name. */
    static ObjectNode properties(List<Definition> properties) {
        ObjectNode byName = object();
        properties.forEach(each -> byName.set(
                each.name(),
                PropertyDocument.shown(PropertyDocument.column(each.values().schema()))));
        return byName;
    }

    /** One property, with its name. */
    static ObjectNode property(Definition property) {
        ObjectNode named = object().put("name", property.name());
        PropertyDocument.shown(PropertyDocument.column(property.values().schema()))
                .forEachEntry((attribute, value) -> {
                    if (!attribute.equals("name")) {
                        named.set(attribute, value);
                    }
                });
        return named;
    }

    static ObjectNode object(String namespace, Definition object, String prefix) {
        ObjectNode document = object().put("name", object.name());
        document.set(
                "required",
                PropertyDocument.array(
                        object.values().required().stream().map(prefix::concat).toList()));
        put(document, "description", object.values().description());
        ObjectNode properties = object();
        PropertyDocument.column(object.values().schema())
                .forEachEntry((name, property) -> properties.set(name, PropertyDocument.shown(property)));
        document.set("properties", PropertyDocument.prefixed(properties, prefix));
        times(document, object.createdAt(), object.updatedAt());
        document.put("self", NAMESPACES + namespace + "/objects/" + object.name());
        document.put("schema", "/v2/schemas/metadefs/object");
        return document;
    }

    static ArrayNode tagNames(List<Definition> tags) {
        ArrayNode names = JsonNodeFactory.instance.arrayNode();
        tags.forEach(tag -> names.addObject().put("name", tag.name()));
        return names;
    }

    static ObjectNode tag(Definition tag) {
        ObjectNode document = object().put("name", tag.name());
        times(document, tag.createdAt(), tag.updatedAt());
        return document;
    }

    static ArrayNode associations(List<Association> associations) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        associations.forEach(each -> array.add(association(each)));
        return array;
    }

    static ObjectNode association(Association association) {
        ObjectNode document = association(association.values());
        times(document, association.createdAt(), association.updatedAt());
        return document;
    }

    /** What somebody said about an association. */
    static ObjectNode association(AssociationValues values) {
        ObjectNode document = object().put("name", values.resourceType());
        put(document, "prefix", values.prefix());
        put(document, "properties_target", values.propertiesTarget());
        return document;
    }

    static ObjectNode resourceType(ResourceType type) {
        ObjectNode document = object().put("name", type.name());
        times(document, type.createdAt(), type.updatedAt());
        return document;
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    private static void put(ObjectNode document, String name, @Nullable String value) {
        if (value != null) {
            document.put(name, value);
        }
    }

    private static void times(ObjectNode document, Instant created, @Nullable Instant updated) {
        document.put("created_at", ImageCodec.time(created));
        put(document, "updated_at", updated == null ? null : ImageCodec.time(updated));
    }

    /** A member's text, if it has one. */
    static @Nullable String text(JsonNode node, String name) {
        JsonNode value = node.path(name);
        return value.isString() ? value.stringValue() : null;
    }
}
