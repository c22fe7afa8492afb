package glance.client.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import glance.client.ClientException;
import glance.client.Json;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class OutputFormatTest {
    private static final JsonNode FIRST = json("{'id':'a','name':'say \\\"hi\\\"','size':0,'tags':['x','y']}");
    private static final JsonNode SECOND = json("{'id':'b','name':null,'size':1536,'tags':[]}");

    private static JsonNode json(String text) {
        return Json.parse(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    private static Arguments options(String... words) {
        return Parser.parse(new Grammar(true).formatted(), List.of(words));
    }

    private static String list(String... words) {
        Listing list = new Listing("ID", "Name", "Size", "Tags");
        for (JsonNode each : List.of(FIRST, SECOND)) {
            list.row(
                    Cell.listed(each.path("id")),
                    Cell.listed(each.path("name")),
                    Cell.listed(each.path("size")),
                    Cell.listed(each.path("tags")));
        }
        return OutputFormat.text(list, options(words));
    }

    private static String sheet(String... words) {
        return OutputFormat.text(Rendering.image((ObjectNode) FIRST, false, 80), options(words));
    }

    @Test
    void jsonHasTheServicesOwnValues() {
        assertThat(list("-f", "json", "-c", "id", "-c", "Size", "-c", "tags")).isEqualTo("""
                        [
                          {
                            "ID": "a",
                            "Size": 0,
                            "Tags": [
                              "x",
                              "y"
                            ]
                          },
                          {
                            "ID": "b",
                            "Size": 1536,
                            "Tags": []
                          }
                        ]
                        """);
        assertThat(sheet("-fjson", "--column=name", "-c", "virtual_size")).isEqualTo("""
                        {
                          "name": "say \\"hi\\"",
                          "virtual_size": null
                        }
                        """);
    }

    @Test
    void yamlIsOneDocument() {
        assertThat(list("--format", "yaml", "-c", "ID", "-c", "Name")).isEqualTo("""
                        - ID: a
                          Name: say "hi"
                        - ID: b
                          Name: null
                        """);
        assertThat(sheet("-f", "yaml", "-c", "tags")).isEqualTo("tags:\n- x\n- y\n");
    }

    @Test
    void csvQuotesEverythingButNumbers() {
        assertThat(list("-f", "csv"))
                .isEqualTo(
                        "\"ID\",\"Name\",\"Size\",\"Tags\"\n\"a\",\"say \"\"hi\"\"\",0,\"[\"\"x\"\", \"\"y\"\"]\"\n\"b\",\"\",1536,\"[]\"\n");
    }

    @Test
    void valuesAreForShells() {
        assertThat(list("-f", "value", "-c", "ID", "-c", "Name", "-c", "Size"))
                .isEqualTo("a say \"hi\" 0\nb None 1536\n");
        assertThat(sheet("-f", "value", "-c", "id")).isEqualTo("a\n");
    }

    @Test
    void aTableKeepsItsOrderWhateverTheOrderOfTheOptions() {
        assertThat(list("-c", "Size", "-c", "ID"))
                .startsWith("+----+------+\n| ID | Size |\n+----+------+\n| a  |      |\n");
    }

    @Test
    void anUnknownColumnIsRefused() {
        assertThatThrownBy(() -> list("-c", "Owner"))
                .isInstanceOf(ClientException.class)
                .hasMessage("No column 'Owner' here; there are ID, Name, Size, Tags");
    }

    @Test
    void additionsAreNeverMeantByAPrefixOfTheReferences() {
        Grammar create = CreateCommand.create().grammar(true);
        Arguments given = Parser.parse(create, List.of("--fi", "disk", "--cont", "bare", "--f", "more"));
        assertThat(given.text("--file")).isEqualTo("more");
        assertThat(given.text("--container-format")).isEqualTo("bare");
    }
}
