package glance.client.cli;

import glance.client.ClientException;
import glance.client.Json;
import glance.client.Text;
import java.nio.charset.StandardCharsets;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** JSON objects the user writes on the command line or brings in a file. */
final class JsonArgument {
    private JsonArgument() {}

    /** @param what it is, for the message: {@code Schema}, {@code Metadata} */
    static ObjectNode object(String what, String text) {
        return parsed(what, text.getBytes(StandardCharsets.UTF_8), text);
    }

    static ObjectNode object(String what, byte[] text) {
        return parsed(what, text, new String(text, StandardCharsets.UTF_8));
    }

    private static ObjectNode parsed(String what, byte[] bytes, String text) {
        try {
            JsonNode value = Json.parse(bytes);
            if (value instanceof ObjectNode object) {
                return object;
            }
        } catch (JacksonException broken) {
            throw new ClientException(what + " is not a valid JSON object: " + Text.quoted(text), broken);
        }
        throw new ClientException(what + " is not a valid JSON object: " + Text.quoted(text));
    }
}
