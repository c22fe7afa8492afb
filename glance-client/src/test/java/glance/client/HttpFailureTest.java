package glance.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class HttpFailureTest {
    @Test
    void htmlIsReadLineByLineWithoutTagsAndRepeats() {
        assertThat(message(404, "text/html; charset=UTF-8", """
                        <html>
                         <head>
                          <title>404 Not Found</title>
                         </head>
                         <body>
                          <h1>404 Not Found</h1>
                          No image found with ID &quot;nope&quot;<br /><br />

                         </body>
                        </html>"""))
                .isEqualTo("HTTP 404 Not Found: No image found with ID \"nope\"");
    }

    @Test
    void jsonMessagesAreFoundBelowAndAtTheTop() {
        assertThat(message(409, "application/json", "{\"error\": {\"message\": \"in use\", \"code\": 409}}"))
                .isEqualTo("HTTP in use");
        assertThat(
                        message(
                                409,
                                "application/json",
                                "{\"message\": \"in use<br /><br />\\n\\n\", \"code\": \"409 Conflict\", \"title\": \"Conflict\"}"))
                .isEqualTo("HTTP 409 Conflict: in use");
    }

    @Test
    void mislabelledJsonIsShownAsItIs() {
        assertThat(message(502, "application/json", "upstream is away")).isEqualTo("HTTP upstream is away");
    }

    @Test
    void anEmptyBodyLeavesTheStatusLine() {
        assertThat(message(500, "text/plain", "")).isEqualTo("HTTP 500 Reason");
    }

    @Test
    void refusedCredentialsHaveTheirFixedText() {
        assertThat(message(401, "text/html", "<h1>secret details</h1>"))
                .isEqualTo("Invalid OpenStack Identity credentials.");
    }

    private static String message(int status, String type, String body) {
        return String.valueOf(HttpFailure.of(status, "Reason", type, body.getBytes(StandardCharsets.UTF_8))
                .getMessage());
    }
}
