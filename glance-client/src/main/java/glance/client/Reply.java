package glance.client;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.OptionalLong;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * An HTTP answer whose body is still on the wire. Closing it gives the connection back, or drops it when the body was
 * not read to its end.
 */
final class Reply implements Closeable {
    /** No page of the API comes near this many bytes; a server that sends more is not one. A small heap has room for it and its tree. */
    private static final int DOCUMENT_LIMIT = 16 << 20;

    private final int status;
    private final String reason;
    private final Map<String, String> headers;
    private final InputStream body;

    Reply(int status, String reason, Map<String, String> headers, InputStream body) {
        this.status = status;
        this.reason = reason;
        this.headers = headers;
        this.body = body;
    }

    int status() {
        return status;
    }

    String reason() {
        return reason;
    }

    /** All headers, names in lower case, repeated ones joined with a comma. */
    Map<String, String> headers() {
        return headers;
    }

    String header(String name) {
        return headers.getOrDefault(name, "");
    }

    InputStream body() {
        return body;
    }

    OptionalLong contentLength() {
        String length = header("content-length");
        return length.isEmpty() ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(length));
    }

    byte[] bytes() throws IOException {
        byte[] content = body.readNBytes(DOCUMENT_LIMIT + 1);
        if (content.length > DOCUMENT_LIMIT) {
            throw new IOException("the answer is longer than the limit of " + DOCUMENT_LIMIT + " bytes");
        }
        return content;
    }

    JsonNode json() throws IOException {
        try {
            return Json.parse(bytes());
        } catch (JacksonException broken) {
            throw new IOException("the answer is not JSON: " + broken.getOriginalMessage(), broken);
        }
    }

    /** The failure this answer reports; reads the body. */
    HttpFailure failure() throws IOException {
        return HttpFailure.of(status, reason, header("content-type"), bytes());
    }

    @Override
    public void close() throws IOException {
        body.close();
    }
}
