package glance.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import glance.error.GlanceException.InvalidRequest;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
    @Test
    void textOfEveryPlaneIsRead() {
        assertThat(Json.parse("{\"é\":\"\uD83D\uDCC0\"}".getBytes(StandardCharsets.UTF_8))
                        .path("é")
                        .asString())
                .isEqualTo("\uD83D\uDCC0");
    }

    @ParameterizedTest
    @ValueSource(ints = {0xC0AF, 0xC1BF, 0x80, 0xFF, 0xE9})
    void malformedSequencesAreRefused(int sequence) {
        byte[] bytes = sequence > 0xFF
                ? new byte[] {'[', '"', (byte) (sequence >> 8), (byte) sequence, '"', ']'}
                : new byte[] {'[', '"', (byte) sequence, '"', ']'};
        assertThatThrownBy(() -> Json.parse(bytes))
                .isInstanceOf(InvalidRequest.class)
                .hasMessage("Malformed JSON: the text is not UTF-8");
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE"})
    void otherEncodingsAreRefused(String charset) {
        byte[] bytes = "{\"name\":\"x\"}".getBytes(Charset.forName(charset));
        assertThatThrownBy(() -> Json.parse(bytes)).isInstanceOf(InvalidRequest.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "{\"a\":}", "{} {}", "{'a':1}", "nul", "[1,]", "{\"a\":1e}", "\"\\x\""})
    void errorsSayWhereAndNothingOfTheParser(String text) {
        assertThatThrownBy(() -> Json.parse(text.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(InvalidRequest.class)
                .hasMessageMatching("Malformed JSON at line 1, column [0-9]+");
    }

    @ParameterizedTest
    @ValueSource(strings = {"depth", "tokens", "digits"})
    void excessIsNamedWithItsLimits(String what) {
        String text = switch (what) {
            case "depth" -> "[".repeat(201) + "]".repeat(201);
            case "tokens" -> "[" + "1,".repeat(10_001) + "1]";
            default -> "[" + "9".repeat(1001) + "]";
        };
        assertThatThrownBy(() -> Json.parse(text.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(InvalidRequest.class)
                .hasMessage(
                        "The JSON has more than 200 levels, more than 10000 values and names, or a number of more than 1000 digits");
    }
}
