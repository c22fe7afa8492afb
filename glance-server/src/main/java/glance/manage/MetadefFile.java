package glance.manage;

import glance.error.GlanceException;
import glance.metadef.AssociationValues;
import glance.metadef.DefinitionValues;
import glance.metadef.NamespaceValues;
import glance.registry.sql.MetadefTables.Association;
import glance.registry.sql.MetadefTables.Definition;
import glance.registry.sql.MetadefTables.Namespace;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The JSON file of one namespace, in upstream's form; schemas in it are kept as they stand. */
final class MetadefFile {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** Whoever loads owns, unless the file says otherwise. */
    private static final String USUAL_OWNER = "admin";

    private MetadefFile() {}

    /**
     * @throws IOException when it cannot be read or is no namespace
     */
    static Namespace read(Path file) throws IOException {
        JsonNode root;
        try {
            root = JSON.readTree(Files.readString(file));
        } catch (CharacterCodingException e) {
            throw new IOException("it is not UTF-8", e);
        } catch (JacksonException e) {
            throw new IOException("it is no JSON: " + e.getOriginalMessage(), e);
        }
        if (!root.isObject()) {
            throw new IOException("it is no JSON object");
        }
        List<Association> associations = new ArrayList<>();
        for (JsonNode one : root.path("resource_type_associations")) {
            associations.add(
                    new Association(required(one, "name"), text(one, "prefix"), text(one, "properties_target")));
        }
        List<Definition> properties = new ArrayList<>();
        root.path("properties")
                .properties()
                .forEach(one -> properties.add(
                        new Definition(one.getKey(), null, one.getValue().toString())));
        List<Definition> objects = new ArrayList<>();
        for (JsonNode one : root.path("objects")) {
            JsonNode schema = one.path("properties");
            objects.add(new Definition(
                    required(one, "name"), text(one, "description"), schema.isObject() ? schema.toString() : "{}"));
        }
        List<String> tags = new ArrayList<>();
        for (JsonNode one : root.path("tags")) {
            tags.add(required(one, "name"));
        }
        String owner = text(root, "owner");
        JsonNode isProtected = root.path("protected");
        return storable(new Namespace(
                required(root, "namespace"),
                text(root, "display_name"),
                text(root, "description"),
                text(root, "visibility"),
                isProtected.isBoolean() ? isProtected.booleanValue() : null,
                owner == null ? USUAL_OWNER : owner,
                associations,
                properties,
                objects,
                tags));
    }

    /** What one database would refuse, or cut, none gets: data move between them. */
    private static Namespace storable(Namespace namespace) throws IOException {
        try {
            new NamespaceValues(
                            namespace.name(),
                            namespace.displayName(),
                            namespace.description(),
                            namespace.visibility(),
                            namespace.isProtected(),
                            namespace.owner())
                    .requireStorable();
            for (Association one : namespace.associations()) {
                new AssociationValues(one.resourceType(), one.prefix(), one.target()).requireStorable();
            }
            for (Definition one : namespace.properties()) {
                DefinitionValues.property(one.name(), one.schema()).requireStorable();
            }
            for (Definition one : namespace.objects()) {
                new DefinitionValues(one.name(), one.description(), List.of(), one.schema()).requireStorable();
            }
            for (String tag : namespace.tags()) {
                DefinitionValues.tag(tag).requireStorable();
            }
            return namespace;
        } catch (GlanceException.InvalidRequest wrong) {
            throw new IOException(wrong.reason(), wrong);
        }
    }

    private static String required(JsonNode node, String name) throws IOException {
        String text = text(node, name);
        if (text == null || text.isEmpty()) {
            throw new IOException("a '" + name + "' is missing");
        }
        return text;
    }

    private static @Nullable String text(JsonNode node, String name) {
        JsonNode value = node.path(name);
        return value.isString() ? value.stringValue() : null;
    }

    /** The file's text; empty parts are left out. */
    static String text(Namespace namespace) {
        ObjectNode root = JSON.createObjectNode();
        root.put("namespace", namespace.name());
        put(root, "display_name", namespace.displayName());
        put(root, "description", namespace.description());
        put(root, "visibility", namespace.visibility());
        Boolean isProtected = namespace.isProtected();
        if (isProtected != null) {
            root.put("protected", isProtected);
        }
        ArrayNode associations = JSON.createArrayNode();
        for (Association association : namespace.associations()) {
            ObjectNode one = associations.addObject();
            one.put("name", association.resourceType());
            put(one, "prefix", association.prefix());
            put(one, "properties_target", association.target());
        }
        ObjectNode properties = JSON.createObjectNode();
        namespace.properties().forEach(one -> properties.set(one.name(), JSON.readTree(one.schema())));
        ArrayNode objects = JSON.createArrayNode();
        for (Definition object : namespace.objects()) {
            ObjectNode one = objects.addObject();
            one.put("name", object.name());
            put(one, "description", object.description());
            one.set("properties", JSON.readTree(object.schema()));
        }
        ArrayNode tags = JSON.createArrayNode();
        namespace.tags().forEach(tag -> tags.addObject().put("name", tag));
        put(root, "resource_type_associations", associations);
        put(root, "properties", properties);
        put(root, "objects", objects);
        put(root, "tags", tags);
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
    }

    private static void put(ObjectNode node, String name, @Nullable String value) {
        if (value != null && !value.isEmpty()) {
            node.put(name, value);
        }
    }

    private static void put(ObjectNode node, String name, JsonNode part) {
        if (!part.isEmpty()) {
            node.set(name, part);
        }
    }
}
