package glance.http;

import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Set;

/** The header of an answer as bytes. */
final class ResponseHead {
    /** Framing is the engine's. */
    private static final Set<String> OWN =
            Set.of("connection", "content-length", "transfer-encoding", "keep-alive", "date", "upgrade", "trailer");

    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    private static volatile Stamp stamp = new Stamp(0, "");

    private record Stamp(long second, String text) {}

    /** How the end of a body is told. */
    enum Framing {
        /** There is none. */
        NONE,
        LENGTH,
        CHUNKED,
        UNTIL_CLOSE
    }

    private ResponseHead() {}

    /** Whether an answer with that status never has a body (RFC 9110, 6.4.1). */
    static boolean bodyless(int status) {
        return status < 200 || status == 204 || status == 304;
    }

    /** Status line and header fields with the blank line. */
    static byte[] encode(Response response, Framing framing, long length, String connection) {
        StringBuilder text = new StringBuilder(256);
        text.append("HTTP/1.1 ").append(response.status()).append(' ').append(title(response.status()));
        text.append("\r\n");
        response.headers().forEach((name, value) -> {
            if (!OWN.contains(name.toLowerCase(Locale.ROOT))) {
                text.append(name).append(": ").append(wire(value)).append("\r\n");
            }
        });
        switch (framing) {
            case LENGTH -> text.append("Content-Length: ").append(length).append("\r\n");
            case CHUNKED -> text.append("Transfer-Encoding: chunked\r\n");
            case NONE, UNTIL_CLOSE -> {}
        }
        text.append("Date: ").append(date()).append("\r\n");
        if (!connection.isEmpty()) {
            text.append("Connection: ").append(connection).append("\r\n");
        }
        return text.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    /** The reason phrase, e.g. {@code Not Found}. */
    static String title(int status) {
        return HttpResponseStatus.valueOf(status).reasonPhrase();
    }

    /**
     * Refuses what would break the header apart.
     *
     * @throws IllegalArgumentException naming the field, never its value
     */
    static void require(Response response) {
        if (response.status() < 200 || response.status() > 599) {
            throw new IllegalArgumentException(
                    "status " + response.status() + " cannot be sent (accepted: 200 to 599)");
        }
        response.headers().forEach((name, value) -> {
            if (name.isEmpty() || !name.chars().allMatch(ResponseHead::isToken)) {
                throw new IllegalArgumentException("header name '" + name + "' is no token");
            }
            if (value.chars().anyMatch(c -> c == '\r' || c == '\n' || c == 0)) {
                throw new IllegalArgumentException("header " + name + " has a line break in its value");
            }
        });
    }

    /** Token characters (RFC 9110, 5.6.2). */
    static boolean isToken(int c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || "!#$%&'*+-.^_`|~".indexOf(c) >= 0;
    }

    /** Values travel as Latin-1, as they came; one that does not fit travels as UTF-8. */
    private static String wire(String value) {
        if (value.chars().allMatch(c -> c <= 0xff)) {
            return value;
        }
        return new String(value.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    private static String date() {
        long second = System.currentTimeMillis() / 1000;
        Stamp last = stamp;
        if (last.second != second) {
            last = new Stamp(second, DATE.format(Instant.ofEpochSecond(second)));
            stamp = last;
        }
        return last.text;
    }
}
