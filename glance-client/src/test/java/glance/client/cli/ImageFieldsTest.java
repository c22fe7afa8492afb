package glance.client.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import glance.client.ClientException;
import glance.client.Json;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class ImageFieldsTest {
    private static Map<String, JsonNode> values(boolean creating, String... words) {
        return ImageFields.values(
                Parser.parse(ImageFields.declare(new Grammar(false), creating), List.of(words)), creating);
    }

    private static String create(String... words) {
        ObjectNode image = Json.object();
        image.setAll(values(true, words));
        return Json.text(image);
    }

    @Test
    void optionsBecomeTypedMembers() {
        assertThat(create(
                        "--name", "n", "--min-disk", "3", "--hidden", "yes", "--tags", "a", "b", "--property", "k=v=w"))
                .isEqualTo("{\"name\":\"n\",\"os_hidden\":true,\"min_disk\":3,\"tags\":[\"a\",\"b\"],\"k\":\"v=w\"}");
    }

    @Test
    void the2014SpellingsAreTranslated() {
        assertThat(create("--is-public", "True", "--is-protected", "1"))
                .isEqualTo("{\"protected\":true,\"visibility\":\"public\"}");
        assertThat(create("--is-public", "false")).isEqualTo("{}");
        assertThat(values(false, "--is-public", "false")).hasToString("{visibility=\"shared\"}");
    }

    @Test
    void the2014SpellingsAreUnknownToAnExplicitVersion() {
        Grammar exact = ImageFields.declare(new Grammar(true), true);

        assertThatThrownBy(() -> Parser.parse(exact, List.of("--is-public", "true")))
                .isInstanceOf(UsageException.class);
    }

    @Test
    void aPropertyNeedsAnEqualSign() {
        assertThatThrownBy(() -> create("--property", "x"))
                .isInstanceOf(ClientException.class)
                .hasMessage("The property 'x' is not of the form key=value");
    }

    @Test
    void aPatchHoldsOnlyWhatChanges() {
        ObjectNode image = Json.object()
                .put("name", "old")
                .put("build", "1")
                .put("gone", "x")
                .put("min_ram", 5L);

        String patch = Json.text(ImageFields.patch(
                image,
                values(
                        false,
                        "--name",
                        "new",
                        "--min-ram",
                        "5",
                        "--os-distro",
                        "a",
                        "--owner",
                        "o",
                        "--property",
                        "build=2"),
                List.of("gone", "gone", "unknown", "name")));

        assertThat(patch)
                .isEqualTo("[{\"op\":\"replace\",\"path\":\"/name\",\"value\":\"new\"},"
                        + "{\"op\":\"add\",\"path\":\"/os_distro\",\"value\":\"a\"},"
                        + "{\"op\":\"replace\",\"path\":\"/owner\",\"value\":\"o\"},"
                        + "{\"op\":\"replace\",\"path\":\"/build\",\"value\":\"2\"},"
                        + "{\"op\":\"remove\",\"path\":\"/gone\"}]");
    }

    @Test
    void patchPathsAreJsonPointers() {
        assertThat(Json.text(ImageFields.patch(Json.object(), values(false, "--property", "a/b~c=1"), List.of())))
                .contains("\"/a~1b~0c\"");
    }
}
