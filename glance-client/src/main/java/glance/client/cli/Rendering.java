package glance.client.cli;

import glance.client.Json;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** JSON documents as tables, values spelled the way the Python clients spell them. */
final class Rendering {
    /** Widest cell of a property table unless the user says otherwise. */
    static final int MAX_COLUMNS = 80;

    private static final Set<String> LINKS = Set.of("self", "access", "file", "schema");

    private Rendering() {}

    /** The width the user named for cells, or the usual one. */
    static int width(Arguments given) {
        return Math.toIntExact(Math.clamp(given.integer("--max-column-width").orElse(MAX_COLUMNS), 1, 1 << 20));
    }

    /** The property table of an image. */
    static Sheet image(ObjectNode image, boolean humanReadable, int maxColumns) {
        Map<String, Cell> rows = new TreeMap<>(Rendering::byCodePoint);
        for (Map.Entry<String, JsonNode> member : image.properties()) {
            if (!LINKS.contains(member.getKey())) {
                rows.put(member.getKey(), Cell.of(member.getValue()));
            }
        }
        if (image.path("virtual_size").longValue(0) == 0) {
            rows.put(
                    "virtual_size",
                    new Cell(
                            image.path("virtual_size").isNumber() ? image.path("virtual_size") : Json.nothing(),
                            "Not available"));
        }
        if (humanReadable) {
            rows.put("size", Cell.text(HumanSize.of(image.path("size").longValue(0))));
        }
        return new Sheet(rows, maxColumns);
    }

    /** The property table of an image of API v1, whose custom properties lie in an object of their own. */
    static Sheet imageV1(ObjectNode image, boolean humanReadable, int maxColumns) {
        Map<String, Cell> rows = new TreeMap<>(Rendering::byCodePoint);
        for (Map.Entry<String, JsonNode> member : image.properties()) {
            if (!member.getKey().equals("properties")) {
                rows.put(member.getKey(), Cell.of(member.getValue()));
            }
        }
        for (Map.Entry<String, JsonNode> property : image.path("properties").properties()) {
            rows.put("Property '" + property.getKey() + "'", Cell.of(property.getValue()));
        }
        if (humanReadable) {
            rows.put("size", Cell.text(HumanSize.of(image.path("size").longValue(0))));
        }
        return new Sheet(rows, maxColumns);
    }

    /** The property table of any object. */
    static Sheet object(ObjectNode object, int maxColumns) {
        Map<String, Cell> rows = new TreeMap<>(Rendering::byCodePoint);
        for (Map.Entry<String, JsonNode> member : object.properties()) {
            rows.put(member.getKey(), Cell.of(member.getValue()));
        }
        return new Sheet(rows, maxColumns);
    }

    private static int byCodePoint(String one, String other) {
        int[] a = one.codePoints().toArray();
        int[] b = other.codePoints().toArray();
        return java.util.Arrays.compare(a, b);
    }

    /** A value of a property table. */
    static String cell(JsonNode value) {
        return value.isContainer() ? json(value) : scalar(value);
    }

    /** A value of a list table: what is null, false, 0, empty or missing leaves its cell empty. */
    static String listCell(JsonNode value) {
        if (value.isContainer()) {
            return value.isEmpty() ? "" : repr(value);
        }
        if (value.isMissingNode() || value.isNull() || (value.isBoolean() && !value.booleanValue())) {
            return "";
        }
        return value.isNumber() && value.decimalValue().signum() == 0 ? "" : scalar(value);
    }

    /** A value of a list table whose rows the reference client holds as dictionaries: nothing is left empty. */
    static String plainCell(JsonNode value) {
        return value.isContainer() ? repr(value) : scalar(value);
    }

    private static String scalar(JsonNode value) {
        if (value.isString()) {
            return value.stringValue();
        }
        if (value.isBoolean()) {
            return value.booleanValue() ? "True" : "False";
        }
        return value.isNumber() ? value.numberValue().toString() : "None";
    }

    /** As Python's {@code json.dumps}: blanks behind separators, everything beyond ASCII escaped. */
    static String json(JsonNode value) {
        if (value.isObject()) {
            List<String> members = new ArrayList<>();
            value.properties().forEach(each -> members.add(quote(each.getKey()) + ": " + json(each.getValue())));
            return "{" + String.join(", ", members) + "}";
        }
        if (value.isArray()) {
            return "[" + joined(value.iterator(), true) + "]";
        }
        if (value.isString()) {
            return quote(value.stringValue());
        }
        if (value.isBoolean()) {
            return Boolean.toString(value.booleanValue());
        }
        return value.isNumber() ? value.numberValue().toString() : "null";
    }

    private static String joined(Iterator<JsonNode> items, boolean asJson) {
        List<String> texts = new ArrayList<>();
        items.forEachRemaining(item -> texts.add(asJson ? json(item) : repr(item)));
        return String.join(", ", texts);
    }

    static String quote(String text) {
        StringBuilder out = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                case '\b' -> out.append("\\b");
                case '\f' -> out.append("\\f");
                default -> {
                    if (c < 0x20 || c > 0x7e) {
                        out.append(String.format("\\u%04x", (int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        return out.append('"').toString();
    }

    /** As Python shows a value inside a list or dictionary. */
    private static String repr(JsonNode value) {
        if (value.isArray()) {
            return "[" + joined(value.iterator(), false) + "]";
        }
        if (value.isObject()) {
            List<String> members = new ArrayList<>();
            value.properties().forEach(each -> members.add(reprText(each.getKey()) + ": " + repr(each.getValue())));
            return "{" + String.join(", ", members) + "}";
        }
        return value.isString() ? reprText(value.stringValue()) : scalar(value);
    }

    private static String reprText(String text) {
        char quote = text.indexOf('\'') >= 0 && text.indexOf('"') < 0 ? '"' : '\'';
        String escaped = text.replace("\\", "\\\\")
                .replace("\n", "\\n")
                .replace("\r", "\\r")
                .replace("\t", "\\t");
        return quote + (quote == '\'' ? escaped.replace("'", "\\'") : escaped) + quote;
    }
}
