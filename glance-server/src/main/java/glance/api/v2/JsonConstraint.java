package glance.api.v2;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A compiled JSON schema of the subset that the API's own schemas use. Ours rather than a validator library's because every
 * create and every PATCH passes it: it is a handful of comparisons without intermediate objects. A keyword outside the
 * subset in the operator's file stops the start, so nothing is silently not checked.
 *
 * <p>An absent part does not constrain.
 */
record JsonConstraint(
        Set<String> types,
        List<JsonNode> values,
        @Nullable Pattern pattern,
        Bounds length,
        Bounds range,
        Bounds items,
        @Nullable JsonConstraint item,
        Map<String, JsonConstraint> members,
        Set<String> required,
        boolean unique,
        @Nullable JsonConstraint others,
        boolean closed) {
    /** Inclusive; null does not bound. */
    record Bounds(@Nullable Double least, @Nullable Double most) {
        private boolean admits(double value) {
            return (least == null || value >= least) && (most == null || value <= most);
        }
    }

    /** Keywords that say something about a value without constraining it. */
    private static final Set<String> ANNOTATIONS = Set.of(
            "name",
            "title",
            "description",
            "default",
            "examples",
            "readOnly",
            "writeOnly",
            "is_base",
            "operators",
            "format",
            "$schema",
            "id",
            "$id",
            "$comment");

    private static final Set<String> ASSERTIONS = Set.of(
            "type",
            "enum",
            "pattern",
            "minLength",
            "maxLength",
            "minimum",
            "maximum",
            "minItems",
            "maxItems",
            "uniqueItems",
            "items",
            "properties",
            "required",
            "additionalProperties");

    private static final Set<String> TYPES =
            Set.of("null", "string", "boolean", "number", "integer", "array", "object");

    /**
     * Compiles a schema.
     *
     * @param where names the schema in messages
     * @throws IllegalArgumentException naming the keyword that is unknown or malformed
     */
    static JsonConstraint compile(String where, JsonNode schema) {
        requireThat(schema.isObject(), where + " is not an object");
        for (String keyword : schema.propertyNames()) {
            requireThat(
                    ASSERTIONS.contains(keyword) || ANNOTATIONS.contains(keyword),
                    where + " uses the keyword " + keyword + "; accepted: " + String.join(", ", sorted(ASSERTIONS)));
        }
        List<String> types = texts(where + ".type", schema.path("type"));
        requireThat(TYPES.containsAll(types), where + ".type is none of " + String.join(", ", sorted(TYPES)));
        Map<String, JsonConstraint> members = new LinkedHashMap<>();
        schema.path("properties")
                .forEachEntry((name, member) -> members.put(name, compile(where + "." + name, member)));
        JsonNode additional = schema.path("additionalProperties");
        requireThat(
                additional.isMissingNode() || additional.isBoolean() || additional.isObject(),
                where + ".additionalProperties is neither true nor false nor a schema");
        JsonNode unique = schema.path("uniqueItems");
        requireThat(unique.isMissingNode() || unique.isBoolean(), where + ".uniqueItems is neither true nor false");
        return new JsonConstraint(
                Set.copyOf(types),
                List.copyOf(schema.path("enum").values()),
                pattern(where, schema.path("pattern")),
                bounds(where, schema, "minLength", "maxLength"),
                bounds(where, schema, "minimum", "maximum"),
                bounds(where, schema, "minItems", "maxItems"),
                schema.has("items") ? compile(where + ".items", schema.path("items")) : null,
                Map.copyOf(members),
                Set.copyOf(texts(where + ".required", schema.path("required"))),
                unique.isBoolean() && unique.booleanValue(),
                additional.isObject() ? compile(where + ".additionalProperties", additional) : null,
                additional.isBoolean() && !additional.booleanValue());
    }

    /** What is wrong with a value, in words that follow its name; nothing when it is fine. */
    Optional<String> violation(JsonNode value) {
        if (!types.isEmpty() && types.stream().noneMatch(type -> isOfType(value, type))) {
            return Optional.of("is not of type " + String.join(", ", sorted(types)));
        }
        if (!values.isEmpty() && !values.contains(value)) {
            return Optional.of(
                    "is not one of " + values.stream().map(JsonNode::toString).collect(Collectors.joining(", ")));
        }
        if (value.isString()) {
            return textViolation(value.stringValue());
        }
        if (value.isNumber() && !range.admits(size(value))) {
            return Optional.of("is out of range");
        }
        if (value.isArray()) {
            return arrayViolation(value);
        }
        return value.isObject() ? objectViolation(value) : Optional.empty();
    }

    /** Whether null is a value. */
    boolean nullable() {
        return types.contains("null");
    }

    private Optional<String> textViolation(String text) {
        int characters = text.codePointCount(0, text.length());
        if (!length.admits(characters)) {
            return Optional.of("has " + characters + " characters; accepted: " + words(length));
        }
        if (pattern != null && !pattern.matcher(text).find()) {
            return Optional.of("does not match " + pattern.pattern());
        }
        return Optional.empty();
    }

    private Optional<String> arrayViolation(JsonNode array) {
        if (!items.admits(array.size())) {
            return Optional.of("has " + array.size() + " items; accepted: " + words(items));
        }
        if (unique && new HashSet<>(array.values()).size() < array.size()) {
            return Optional.of("has an item twice");
        }
        if (item == null) {
            return Optional.empty();
        }
        return array.valueStream()
                .map(item::violation)
                .flatMap(Optional::stream)
                .findFirst()
                .map(wrong -> "has an item that " + wrong);
    }

    private Optional<String> objectViolation(JsonNode object) {
        for (String name : required) {
            if (!object.has(name)) {
                return Optional.of("lacks " + name);
            }
        }
        for (Map.Entry<String, JsonNode> entry : object.properties()) {
            JsonConstraint member = members.getOrDefault(entry.getKey(), others);
            if (member == null && closed) {
                return Optional.of("has the unknown member " + entry.getKey());
            }
            Optional<String> wrong = member == null ? Optional.empty() : member.violation(entry.getValue());
            if (wrong.isPresent()) {
                return wrong.map(words -> "has a member " + entry.getKey() + " that " + words);
            }
        }
        return Optional.empty();
    }

    private static boolean isOfType(JsonNode value, String type) {
        return switch (type) {
            case "null" -> value.isNull();
            case "string" -> value.isString();
            case "boolean" -> value.isBoolean();
            case "number" -> value.isNumber();
            // 1.0 is an integer in JSON Schema.
            case "integer" ->
                value.isIntegralNumber()
                        || (value.isNumber()
                                && size(value) == Math.rint(size(value))
                                && !Double.isInfinite(size(value)));
            case "array" -> value.isArray();
            case "object" -> value.isObject();
            default -> throw new IllegalArgumentException("unknown JSON schema type " + type);
        };
    }

    /** A number's size, infinite where it is beyond doubles. */
    static double size(JsonNode number) {
        return number.numberValue().doubleValue();
    }

    private static @Nullable Pattern pattern(String where, JsonNode node) {
        if (node.isMissingNode()) {
            return null;
        }
        requireThat(node.isString(), where + ".pattern is not a string");
        try {
            return Pattern.compile(endingAtEnd(node.stringValue()));
        } catch (PatternSyntaxException malformed) {
            throw new IllegalArgumentException(where + ".pattern: " + malformed.getDescription(), malformed);
        }
    }

    /** In JSON Schema {@code $} is the end of the text; in Java a line break may follow it. */
    private static String endingAtEnd(String pattern) {
        StringBuilder ending = new StringBuilder();
        boolean escaped = false;
        boolean inClass = false;
        for (int i = 0; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            if (c == '$' && !escaped && !inClass) {
                ending.append("\\z");
            } else {
                ending.append(c);
            }
            inClass = escaped ? inClass : (inClass ? c != ']' : c == '[');
            escaped = !escaped && c == '\\';
        }
        return ending.toString();
    }

    private static Bounds bounds(String where, JsonNode schema, String least, String most) {
        return new Bounds(number(where, schema, least), number(where, schema, most));
    }

    private static @Nullable Double number(String where, JsonNode schema, String keyword) {
        JsonNode node = schema.path(keyword);
        requireThat(node.isMissingNode() || node.isNumber(), where + "." + keyword + " is not a number");
        return node.isMissingNode() ? null : size(node);
    }

    /** A string, or an array of strings. */
    private static List<String> texts(String where, JsonNode node) {
        if (node.isMissingNode()) {
            return List.of();
        }
        List<JsonNode> nodes = node.isArray() ? List.copyOf(node.values()) : List.of(node);
        requireThat(
                nodes.stream().allMatch(JsonNode::isString), where + " is neither a string nor an array of strings");
        return nodes.stream().map(JsonNode::stringValue).toList();
    }

    private static String words(Bounds bounds) {
        if (bounds.most() == null) {
            return "at least " + Math.round(bounds.least() == null ? 0 : bounds.least());
        }
        return "at most " + Math.round(bounds.most());
    }

    private static List<String> sorted(Set<String> words) {
        return words.stream().sorted().toList();
    }

    private static void requireThat(boolean condition, String complaint) {
        if (!condition) {
            throw new IllegalArgumentException(complaint);
        }
    }
}
