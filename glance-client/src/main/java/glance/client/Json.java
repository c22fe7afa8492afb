package glance.client;

import java.io.StringWriter;
import java.util.Map;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * JSON text to trees and back. Uses Jackson's streams and node types but no mapper: building a mapper costs a
 * short-lived command more than everything else it does.
 */
public final class Json {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final JsonFactory STREAMS = JsonFactory.builder()
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(200).build())
            .build();

    private Json() {}

    public static ObjectNode object() {
        return NODES.objectNode();
    }

    public static ArrayNode array() {
        return NODES.arrayNode();
    }

    public static JsonNode string(String value) {
        return NODES.stringNode(value);
    }

    public static JsonNode nothing() {
        return NODES.nullNode();
    }

    /** The one JSON value in {@code text}; anything else is a {@link tools.jackson.core.JacksonException}. */
    public static JsonNode parse(byte[] text) {
        try (JsonParser in = STREAMS.createParser(ObjectReadContext.empty(), text)) {
            JsonToken first = in.nextToken();
            if (first == null) {
                throw new StreamReadException(in, "empty document");
            }
            JsonNode value = read(in, first);
            if (in.nextToken() != null) {
                throw new StreamReadException(in, "more than one value");
            }
            return value;
        }
    }

    private static JsonNode read(JsonParser in, JsonToken token) {
        return switch (token) {
            case START_OBJECT -> {
                ObjectNode object = NODES.objectNode();
                while (in.nextToken() == JsonToken.PROPERTY_NAME) {
                    String name = in.currentName();
                    object.set(name, read(in, in.nextToken()));
                }
                yield object;
            }
            case START_ARRAY -> {
                ArrayNode array = NODES.arrayNode();
                for (JsonToken next = in.nextToken(); next != JsonToken.END_ARRAY; next = in.nextToken()) {
                    array.add(read(in, next));
                }
                yield array;
            }
            case VALUE_STRING -> NODES.stringNode(in.getString());
            case VALUE_TRUE -> NODES.booleanNode(true);
            case VALUE_FALSE -> NODES.booleanNode(false);
            case VALUE_NULL -> NODES.nullNode();
            case VALUE_NUMBER_INT ->
                in.getNumberType() == JsonParser.NumberType.BIG_INTEGER
                        ? NODES.numberNode(in.getBigIntegerValue())
                        : NODES.numberNode(in.getLongValue());
            case VALUE_NUMBER_FLOAT -> NODES.numberNode(in.getDecimalValue());
            default -> throw new StreamReadException(in, "unexpected " + token);
        };
    }

    /** Compact text, as sent to a service. */
    public static String text(JsonNode value) {
        StringWriter text = new StringWriter();
        try (JsonGenerator out = STREAMS.createGenerator(ObjectWriteContext.empty(), text)) {
            write(value, out);
        }
        return text.toString();
    }

    private static void write(JsonNode value, JsonGenerator out) {
        if (value.isObject()) {
            out.writeStartObject();
            for (Map.Entry<String, JsonNode> member : value.properties()) {
                out.writeName(member.getKey());
                write(member.getValue(), out);
            }
            out.writeEndObject();
        } else if (value.isArray()) {
            out.writeStartArray();
            value.forEach(item -> write(item, out));
            out.writeEndArray();
        } else if (value.isString()) {
            out.writeString(value.stringValue());
        } else if (value.isBoolean()) {
            out.writeBoolean(value.booleanValue());
        } else if (value.isIntegralNumber()) {
            out.writeNumber(value.bigIntegerValue());
        } else if (value.isNumber()) {
            out.writeNumber(value.decimalValue());
        } else {
            out.writeNull();
        }
    }
}
