package glance.api.v2;

import glance.error.GlanceException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A property's description: the form in which upstream keeps and shows it. Attributes have one order and one type each, and null
 * is as if absent.
 */
final class PropertyDocument {
    /** Without the limits of requests: a column is bounded. */
    private static final JsonMapper STORED = JsonMapper.builder().build();

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    /** Beyond it no integer is one on every database and in every client. */
    private static final double MOST = 0x1p63;

    /** In the order of answers; each turns what is given into what is kept. */
    private static final Map<String, UnaryOperator<JsonNode>> ATTRIBUTES = attributes();

    private PropertyDocument() {}

    private static Map<String, UnaryOperator<JsonNode>> attributes() {
        Map<String, UnaryOperator<JsonNode>> attributes = new LinkedHashMap<>();
        for (String name : new String[] {"name", "type", "title", "description"}) {
            attributes.put(name, PropertyDocument::text);
        }
        attributes.put("operators", PropertyDocument::texts);
        attributes.put("default", value -> NODES.stringNode(PythonText.of(value)));
        attributes.put("readonly", PropertyDocument::flag);
        attributes.put("minimum", PropertyDocument::whole);
        attributes.put("maximum", PropertyDocument::whole);
        attributes.put("enum", PropertyDocument::texts);
        attributes.put("pattern", PropertyDocument::text);
        attributes.put("minLength", PropertyDocument::whole);
        attributes.put("maxLength", PropertyDocument::whole);
        attributes.put("confidential", PropertyDocument::flag);
        attributes.put("items", PropertyDocument::items);
        attributes.put("uniqueItems", PropertyDocument::flag);
        attributes.put("minItems", PropertyDocument::whole);
        attributes.put("maxItems", PropertyDocument::whole);
        attributes.put("additionalItems", PropertyDocument::flag);
        return attributes;
    }

    /**
     * A client's description in the form that is kept.
     *
     * @param name of the property, for messages
     * @throws GlanceException.InvalidRequest naming the attribute that cannot be kept
     */
    static ObjectNode checked(String name, JsonNode given) {
        for (String attribute : given.propertyNames()) {
            if (!ATTRIBUTES.containsKey(attribute)) {
                throw new GlanceException.InvalidRequest(
                        "Property " + name + " has the attribute " + attribute + ", which properties cannot have.");
            }
        }
        ObjectNode kept = NODES.objectNode();
        ATTRIBUTES.forEach((attribute, form) -> {
            JsonNode value = given.path(attribute);
            if (!value.isMissingNode() && !value.isNull()) {
                try {
                    kept.set(attribute, form.apply(value));
                } catch (IllegalArgumentException wrong) {
                    throw new GlanceException.InvalidRequest(
                            "Attribute " + attribute + " of property " + name + " " + wrong.getMessage() + ".", wrong);
                }
            }
        });
        return kept;
    }

    /** As {@link #checked}, for an object's properties by name. */
    static ObjectNode checkedAll(JsonNode given) {
        ObjectNode kept = NODES.objectNode();
        given.forEachEntry((name, property) -> kept.set(name, checked(name, property)));
        return kept;
    }

    /** What is kept, in the form that is shown; operators' files hold anything, which stays as it is where no form fits. */
    static ObjectNode shown(JsonNode stored) {
        ObjectNode shown = NODES.objectNode();
        ATTRIBUTES.forEach((attribute, form) -> {
            JsonNode value = stored.path(attribute);
            if (!value.isMissingNode() && !value.isNull()) {
                shown.set(attribute, formed(form, value));
            }
        });
        return shown;
    }

    private static JsonNode formed(UnaryOperator<JsonNode> form, JsonNode value) {
        try {
            return form.apply(value);
        } catch (IllegalArgumentException other) {
            return value;
        }
    }

    /** The JSON of a column; an empty object for what is none. */
    static JsonNode column(@Nullable String text) {
        if (text == null) {
            return NODES.objectNode();
        }
        try {
            return STORED.readTree(text);
        } catch (JacksonException unreadable) {
            return NODES.objectNode();
        }
    }

    private static JsonNode text(JsonNode value) {
        require(value.isString(), "is no text");
        return value;
    }

    private static JsonNode texts(JsonNode value) {
        require(value.isArray() && value.valueStream().allMatch(JsonNode::isString), "is no array of texts");
        return value;
    }

    private static JsonNode flag(JsonNode value) {
        require(value.isBoolean(), "is neither true nor false");
        return value;
    }

    /** Without what is after the point. */
    private static JsonNode whole(JsonNode value) {
        require(value.isNumber(), "is no number");
        double number = JsonConstraint.size(value);
        require(Math.abs(number) < MOST, "has more than 63 bits");
        return value.isIntegralNumber() ? value : NODES.numberNode((long) number);
    }

    private static JsonNode items(JsonNode value) {
        require(value.isObject(), "is no object");
        ObjectNode items = NODES.objectNode();
        value.forEachEntry((name, each) -> {
            switch (name) {
                case "type" -> items.set(name, text(each));
                case "enum" -> items.set(name, texts(each));
                default -> throw new IllegalArgumentException("has the member " + name + ", which it cannot have");
            }
        });
        return items;
    }

    private static void require(boolean condition, String complaint) {
        if (!condition) {
            throw new IllegalArgumentException(complaint);
        }
    }

    /** Names with a prefix before them. */
    static ObjectNode prefixed(ObjectNode properties, String prefix) {
        ObjectNode prefixed = NODES.objectNode();
        properties.forEachEntry((name, property) -> prefixed.set(prefix + name, property));
        return prefixed;
    }

    /** An array of texts. */
    static ArrayNode array(Iterable<String> texts) {
        ArrayNode array = NODES.arrayNode();
        texts.forEach(array::add);
        return array;
    }
}
