package glance.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import glance.client.Json;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class RenderingTest {
    private static JsonNode json(String text) {
        return Json.parse(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '#',
            value = {
                "null  | None",
                "true  | True",
                "12    | 12",
                "'x'   | x",
                "['t2','é'] | [\"t2\", \"\\u00e9\"]",
                "{'url':'u','n':{'b':false}} | {\"url\": \"u\", \"n\": {\"b\": false}}"
            })
    void propertyTablesSpellValuesLikePython(String value, String cell) {
        assertThat(Rendering.cell(json(value))).isEqualTo(cell);
    }

    @Test
    void listTablesLeaveCellsEmptyThatHoldNothing() {
        for (String nothing : new String[] {"null", "false", "0", "''", "[]", "{}"}) {
            assertThat(Rendering.listCell(json(nothing))).as(nothing).isEmpty();
        }
        assertThat(Rendering.listCell(json("{}").path("missing"))).isEmpty();
        assertThat(Rendering.listCell(json("['T9',null]"))).isEqualTo("['T9', None]");
    }

    @Test
    void imagesShowSortedMembersWithoutLinks() {
        ObjectNode image =
                (ObjectNode) json("{'name':'n','Zed':'z','self':'s','file':'f','schema':'c','virtual_size':0}");

        assertThat(Rendering.image(image, false, 80).table()).isEqualTo("""
                        +--------------+---------------+
                        | Property     | Value         |
                        +--------------+---------------+
                        | Zed          | z             |
                        | name         | n             |
                        | virtual_size | Not available |
                        +--------------+---------------+
                        """);
    }

    @ParameterizedTest
    @CsvSource({"0,0B", "6,6B", "1023,1023B", "1536,1.5kB", "10240,10kB", "1610612736,1.5GB"})
    void sizesForPeopleHaveAtMostOneDecimal(long bytes, String text) {
        assertThat(HumanSize.of(bytes)).isEqualTo(text);
    }

    @Test
    void theProgressBarIsThirtyColumnsWide() {
        assertThat(ProgressBar.picture(0.3)).isEqualTo("\r[=========>                    ] 30%");
        assertThat(ProgressBar.picture(1)).isEqualTo("\r[=============================>] 100%");
    }
}
