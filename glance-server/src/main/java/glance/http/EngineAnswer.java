package glance.http;

import java.nio.charset.StandardCharsets;

/** The answers the engine gives by itself: short plain text. */
final class EngineAnswer {
    private EngineAnswer() {}

    static Response.Bytes of(int status, String reason) {
        String text = status + " " + ResponseHead.title(status) + "\n\n" + reason + "\n";
        return new Response.Bytes(
                status, Headers.of("Content-Type", "text/plain; charset=UTF-8"), text.getBytes(StandardCharsets.UTF_8));
    }
}
