package glance.api.v2;

import glance.api.Json;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The JSON schemas of metadata definitions (draft 4), as clients are shown them and as request bodies are checked against. */
final class MetadefSchemas {
    private static final String PROPERTY_ATTRIBUTES = """
            "title": {"type": "string"},
            "description": {"type": "string"},
            "operators": {"type": "array", "items": {"type": "string"}},
            "type": {"type": "string",
              "enum": ["array", "boolean", "integer", "number", "object", "string", null]},
            "required": {"$ref": "#/definitions/stringArray"},
            "minimum": {"type": "number"},
            "maximum": {"type": "number"},
            "maxLength": {"$ref": "#/definitions/positiveInteger"},
            "minLength": {"$ref": "#/definitions/positiveIntegerDefault0"},
            "pattern": {"type": "string", "format": "regex"},
            "enum": {"type": "array"},
            "readonly": {"type": "boolean"},
            "default": {},
            "items": {"type": "object", "properties": {
              "type": {"type": "string",
                "enum": ["array", "boolean", "integer", "number", "object", "string", null]},
              "enum": {"type": "array"}}},
            "maxItems": {"$ref": "#/definitions/positiveInteger"},
            "minItems": {"$ref": "#/definitions/positiveIntegerDefault0"},
            "uniqueItems": {"type": "boolean", "default": false},
            "additionalItems": {"type": "boolean"}""";

    private static final String TIMES = """
            "created_at": {"type": "string", "readOnly": true, "format": "date-time",
              "description": "Date and time of creation"},
            "updated_at": {"type": "string", "readOnly": true, "format": "date-time",
              "description": "Date and time of the last change"}""";

    private static final String LINKS = """
            "self": {"type": "string", "readOnly": true},
            "schema": {"type": "string", "readOnly": true}""";

    private static final String NUMBERS = """
            "positiveInteger": {"type": "integer", "minimum": 0},
            "positiveIntegerDefault0": {"allOf": [{"$ref": "#/definitions/positiveInteger"}, {"default": 0}]}""";

    private static final String DEFINITIONS = """
            {%s,
            "stringArray": {"type": "array", "items": {"type": "string"}, "uniqueItems": true},
            "property": {"type": "object", "additionalProperties":
              {"type": "object", "required": ["title", "type"], "properties": {%s}}}}""".formatted(NUMBERS, PROPERTY_ATTRIBUTES);

    private static final String PROPERTY_DEFINITIONS = """
            {%s,
            "stringArray": {"type": "array", "items": {"type": "string"}, "uniqueItems": true, "minItems": 1}}""".formatted(NUMBERS);

    private static final String NAMESPACE = """
            {"name": "namespace", "required": ["namespace"], "additionalProperties": false, "properties": {
            "namespace": {"type": "string", "maxLength": 80, "description": "The name, one in the whole deployment"},
            "display_name": {"type": "string", "maxLength": 80, "description": "The name that people are shown"},
            "description": {"type": "string", "maxLength": 500},
            "visibility": {"type": "string", "enum": ["public", "private"], "description": "Who sees it"},
            "protected": {"type": "boolean", "description": "Whether it and what is in it cannot be deleted"},
            "owner": {"type": "string", "maxLength": 255, "description": "A project"},
            %s, %s,
            "resource_type_associations": {"type": "array", "items": {"type": "object", "properties": {
              "name": {"type": "string"}, "prefix": {"type": "string"}, "properties_target": {"type": "string"}}}},
            "properties": {"$ref": "#/definitions/property"},
            "objects": {"type": "array", "items": {"type": "object", "properties": {
              "name": {"type": "string"}, "description": {"type": "string"},
              "required": {"$ref": "#/definitions/stringArray"},
              "properties": {"$ref": "#/definitions/property"}}}},
            "tags": {"type": "array", "items": {"type": "object", "properties": {"name": {"type": "string"}}}}},
            "definitions": %s}""".formatted(TIMES, LINKS, DEFINITIONS);

    private static final String OBJECT = """
            {"name": "object", "required": ["name"], "additionalProperties": false, "properties": {
            "name": {"type": "string", "maxLength": 80},
            "description": {"type": "string"},
            "required": {"$ref": "#/definitions/stringArray"},
            "properties": {"$ref": "#/definitions/property"},
            %s, %s},
            "definitions": %s}""".formatted(LINKS, TIMES, DEFINITIONS);

    private static final String PROPERTY = """
            {"name": "property", "required": ["type", "title", "name"], "additionalProperties": false, "properties": {
            "name": {"type": "string", "maxLength": 80},
            %s},
            "definitions": %s}""".formatted(PROPERTY_ATTRIBUTES, PROPERTY_DEFINITIONS);

    private static final String PROPERTIES = """
            {"name": "properties", "properties": {
            "properties": {"type": "object", "additionalProperties":
              {"type": "object", "required": ["type", "title"], "properties": {%s}}},
            "first": {"type": "string"}, "next": {"type": "string"}, "schema": {"type": "string"}},
            "definitions": %s}""".formatted(PROPERTY_ATTRIBUTES, PROPERTY_DEFINITIONS);

    private static final String TAG = """
            {"name": "tag", "required": ["name"], "additionalProperties": false, "properties": {
            "name": {"type": "string", "maxLength": 80},
            %s}}""".formatted(TIMES);

    private static final String RESOURCE_TYPE = """
            {"name": "resource_type_association", "required": ["name"], "additionalProperties": false, "properties": {
            "name": {"type": "string", "maxLength": 80},
            "prefix": {"type": "string", "maxLength": 80},
            "properties_target": {"type": "string", "maxLength": 80},
            %s}}""".formatted(TIMES);

    private MetadefSchemas() {}

    /** What is served, by the last segment of its path. */
    static Map<String, ObjectNode> documents() {
        Map<String, ObjectNode> documents = new LinkedHashMap<>();
        documents.put("namespace", parsed(NAMESPACE));
        documents.put("namespaces", collection("namespaces", NAMESPACE));
        documents.put("object", parsed(OBJECT));
        documents.put("objects", collection("objects", OBJECT));
        documents.put("property", parsed(PROPERTY));
        documents.put("properties", linked(parsed(PROPERTIES)));
        documents.put("tag", parsed(TAG));
        documents.put("tags", collection("tags", TAG));
        documents.put("resource_type", parsed(RESOURCE_TYPE));
        documents.put("resource_types", collection("resource_type_associations", RESOURCE_TYPE));
        return documents;
    }

    private static ObjectNode parsed(String text) {
        return (ObjectNode) Json.parse(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Pages of items; what the item refers to is found at the top. */
    private static ObjectNode collection(String name, String item) {
        ObjectNode of = parsed(item);
        JsonNode definitions = of.remove("definitions");
        ObjectNode document = JsonNodeFactory.instance.objectNode().put("name", name);
        ObjectNode properties = document.putObject("properties");
        properties.putObject(name).put("type", "array").set("items", of);
        for (String link : new String[] {"first", "next", "schema"}) {
            properties.putObject(link).put("type", "string");
        }
        if (definitions != null) {
            document.set("definitions", definitions);
        }
        return linked(document);
    }

    private static ObjectNode linked(ObjectNode document) {
        document.set("links", Schemas.links("first", "{first}", "next", "{next}", "describedby", "{schema}"));
        return document;
    }

    /**
     * What a request body has to be.
     *
     * @param schema the schema's own name
     * @param readOnly attributes that only the service writes
     */
    record Body(String schema, List<String> readOnly, JsonConstraint constraint) {
        static final Body NAMESPACE = of(MetadefSchemas.NAMESPACE, "self", "schema", "created_at", "updated_at");
        static final Body OBJECT = of(MetadefSchemas.OBJECT, "self", "schema", "created_at", "updated_at");
        static final Body PROPERTY = of(MetadefSchemas.PROPERTY, "created_at", "updated_at");
        static final Body TAG = of(MetadefSchemas.TAG, "created_at", "updated_at");
        static final Body ASSOCIATION = of(RESOURCE_TYPE, "created_at", "updated_at");
        static final Body TAGS = of("""
                {"name": "tags", "required": ["tags"], "properties": {"tags": {"type": "array", "items":
                {"type": "object", "required": ["name"], "additionalProperties": false, "properties":
                {"name": {"type": "string", "maxLength": 80}}}}}}""");

        Body {
            readOnly = List.copyOf(readOnly);
        }

        private static Body of(String text, String... readOnly) {
            ObjectNode document = parsed(text);
            String schema = document.path("name").stringValue();
            JsonNode expanded = expanded(document, document.path("definitions"));
            return new Body(schema, List.of(readOnly), JsonConstraint.compile(schema, expanded));
        }
    }

    /** A copy in which each reference is replaced by what it refers to. */
    private static JsonNode expanded(JsonNode node, JsonNode definitions) {
        if (node.isArray()) {
            ArrayNode copy = JsonNodeFactory.instance.arrayNode();
            node.forEach(each -> copy.add(expanded(each, definitions)));
            return copy;
        }
        if (!node.isObject()) {
            return node;
        }
        if (node.has("$ref")) {
            String name = node.path("$ref").stringValue().substring("#/definitions/".length());
            return expanded(definitions.path(name), definitions);
        }
        ObjectNode copy = JsonNodeFactory.instance.objectNode();
        node.path("allOf").forEach(each -> copy.setAll((ObjectNode) expanded(each, definitions)));
        node.forEachEntry((name, value) -> {
            if (!name.equals("definitions") && !name.equals("allOf")) {
                copy.set(name, expanded(value, definitions));
            }
        });
        return copy;
    }
}
