package glance.api;

import static org.assertj.core.api.Assertions.assertThat;

import glance.error.GlanceException;
import glance.http.BareRequest;
import glance.http.Headers;
import glance.http.Response;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ErrorResponsesTest {
    private final GlanceException failure = new GlanceException.NotFound("No image <b> & \"c\"");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                "''|text/plain; charset=UTF-8",
                "image/png|text/plain; charset=UTF-8",
                "application/json|application/json",
                "application/*|application/json",
                "application/json, text/html;q=0.5|application/json",
                "*/*|text/html; charset=UTF-8",
                "text/*|text/html; charset=UTF-8",
                "text/html|text/html; charset=UTF-8",
                "application/json, */*|text/html; charset=UTF-8",
                "complete nonsense|text/html; charset=UTF-8",
            })
    void contentTypeFollowsAccept(String accept, String contentType) {
        assertThat(answer("GET", accept).headers().first("Content-Type")).isEqualTo(contentType);
    }

    @Test
    void plainTextStartsWithTheStatus() {
        assertThat(text(answer("GET", ""))).startsWith("404 Not Found\n\nNo image <b> & \"c\"\n");
    }

    @Test
    void jsonHoldsMessageCodeAndTitle() {
        assertThat(text(answer("GET", "application/json")))
                .isEqualTo("{\"message\": \"No image <b> & \\\"c\\\"<br /><br />\\n\\n\\n\","
                        + " \"code\": \"404 Not Found\", \"title\": \"Not Found\"}");
    }

    @Test
    void htmlEscapesTheReason() {
        assertThat(text(answer("GET", "*/*")))
                .contains(
                        "<title>404 Not Found</title>",
                        "<h1>404 Not Found</h1>",
                        "No image &lt;b&gt; &amp; &quot;c&quot;")
                .doesNotContain("<b>");
    }

    @Test
    void headGetsHeadersAlone() {
        Response answer = answer("HEAD", "application/json");

        assertThat(answer).isInstanceOf(Response.Empty.class);
        assertThat(answer.headers().first("Content-Type")).isEqualTo("text/html; charset=UTF-8");
    }

    private Response answer(String method, String accept) {
        Headers headers = accept.isEmpty() ? Headers.NONE : Headers.of("Accept", accept);
        return ErrorResponses.of(failure, BareRequest.of(method, "/v2/images/x", headers));
    }

    private static String text(Response response) {
        return new String(((Response.Bytes) response).content(), StandardCharsets.UTF_8);
    }
}
