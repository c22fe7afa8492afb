package glance.client;

import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** One HTTP request. Header names are lower case and unique; their order is the order on the wire. */
record Request(
        String method,
        URI uri,
        Map<String, String> headers,
        @Nullable Body body) {

    /** What is sent. Only a {@link Document} can be sent twice. */
    sealed interface Body {
        /** @param secret holds credentials, so neither it nor its answer is ever shown */
        record Document(String text, boolean secret) implements Body {
            @Override
            public String toString() {
                return secret ? "***" : text;
            }

            byte[] bytes() {
                return text.getBytes(StandardCharsets.UTF_8);
            }
        }

        /**
         * A stream of any length, sent chunked. The stream is lent, not closed.
         *
         * @param progress told of each piece and of the end, not of the start
         */
        record Stream(InputStream source, Progress progress) implements Body {}
    }

    static Request get(URI uri) {
        return new Request("GET", uri, new LinkedHashMap<>(), null);
    }

    static Request of(String method, URI uri) {
        return new Request(method, uri, new LinkedHashMap<>(), null);
    }

    Request with(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new Request(method, uri, more, body);
    }

    Request json(JsonNode document) {
        return body(new Body.Document(Json.text(document), false)).with("content-type", "application/json");
    }

    Request secretJson(JsonNode document) {
        return body(new Body.Document(Json.text(document), true)).with("content-type", "application/json");
    }

    Request body(Body what) {
        return new Request(method, uri, headers, what);
    }

    /** True when a second try sends the same bytes. */
    boolean repeatable() {
        return !(body instanceof Body.Stream);
    }

    OptionalLong contentLength() {
        return switch (body) {
            case null ->
                switch (method) {
                    case "GET", "HEAD", "DELETE" -> OptionalLong.empty();
                    default -> OptionalLong.of(0);
                };
            case Body.Document document -> OptionalLong.of(document.bytes().length);
            case Body.Stream _ -> OptionalLong.empty();
        };
    }
}
