package glance.client;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** The service answered with an error status. The message is the reason the answer gives, in the reference's form. */
public final class HttpFailure extends ClientException {
    private static final long serialVersionUID = 1;

    private final int status;

    public HttpFailure(int status, String message) {
        super(message);
        this.status = status;
    }

    /** The HTTP status code. */
    public int status() {
        return status;
    }

    /**
     * Reads the reason out of an error document: HTML (what the service sends for {@code Accept: *}{@code /*}), JSON or
     * plain text; the status line stands in for an empty body.
     */
    static HttpFailure of(int status, String reason, String contentType, byte[] body) {
        if (status == 401) {
            return new HttpFailure(status, "Invalid OpenStack Identity credentials.");
        }
        if (status == 300) {
            return new HttpFailure(status, "Requested version of OpenStack Images API is not available.");
        }
        String text = new String(body, StandardCharsets.UTF_8);
        String said = contentType.contains("html")
                ? fromHtml(text)
                : contentType.contains("json")
                        ? fromJson(body, text)
                        : text.strip().replace("\n\n", "\n");
        String fallback = (status + " " + reason).strip();
        return new HttpFailure(status, "HTTP " + (said.isBlank() ? fallback : said));
    }

    private static String fromHtml(String html) {
        Set<String> lines = new LinkedHashSet<>();
        for (String line : html.split("\n", -1)) {
            String bare = unescaped(line.replaceAll("<[^>]*>", "")).strip();
            if (!bare.isEmpty()) {
                lines.add(bare);
            }
        }
        return String.join(": ", lines);
    }

    private static String fromJson(byte[] body, String text) {
        try {
            JsonNode document = Json.parse(body);
            List<String> messages = new ArrayList<>();
            for (JsonNode value : document) {
                if (value.path("message").isString()) {
                    messages.add(value.path("message").stringValue());
                }
            }
            if (document.path("message").isString()) {
                String code = document.path("code").stringValue("");
                String message = fromHtml(document.path("message").stringValue());
                messages.add(code.isEmpty() ? message : code + ": " + message);
            }
            return messages.isEmpty() ? text.strip() : String.join("; ", messages);
        } catch (JacksonException notJson) {
            return text.strip(); // mislabelled by a proxy; what it says is still the best reason there is
        }
    }

    private static String unescaped(String text) {
        return text.replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&quot;", "\"")
                .replace("&#x27;", "'")
                .replace("&#39;", "'")
                .replace("&amp;", "&");
    }
}
