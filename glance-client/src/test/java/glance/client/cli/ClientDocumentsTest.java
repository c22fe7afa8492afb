package glance.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Completion scripts and the manual page in packaging/ are those the declarations make. */
class ClientDocumentsTest {
    /** Surefire starts tests in their module. */
    private static final Path PACKAGING = Path.of("..", "packaging");

    private static final String AGAIN = "mvn -q test -pl glance-client -am -Dtest=ClientDocumentsTest"
            + " -Dsurefire.failIfNoSpecifiedTests=false -Dglance.documents=write";

    private static Map<Path, String> documents() {
        Map<Path, String> all = new LinkedHashMap<>();
        all.put(PACKAGING.resolve("completion/glance.bash"), Completion.bash());
        all.put(PACKAGING.resolve("completion/_glance"), Completion.zsh());
        all.put(PACKAGING.resolve("completion/glance.fish"), Completion.fish());
        all.put(PACKAGING.resolve("man/glance.1"), ManPage.text());
        return all;
    }

    @Test
    void theCommittedFilesAreThoseTheDeclarationsMake() throws IOException {
        for (Map.Entry<Path, String> document : documents().entrySet()) {
            Path file = document.getKey();
            if ("write".equals(System.getProperty("glance.documents"))) {
                Files.createDirectories(file.resolveSibling("."));
                Files.writeString(file, document.getValue());
            }
            assertThat(file).as("make it with: " + AGAIN).exists();
            assertThat(Files.readString(file))
                    .as(file + " differs from the declarations; make it again with: " + AGAIN)
                    .isEqualTo(document.getValue());
        }
    }

    @Test
    void everyCommandHasItsPlaceInEach() {
        documents()
                .forEach((file, text) -> Commands.names()
                        .forEach(name -> assertThat(text)
                                .as(file.toString())
                                .contains(file.endsWith("glance.1") ? name.replace("-", "\\-") : name)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "glance image-dow | image-download",
                "glance --os-image-url http://x image-create --disk-f | --disk-format",
                "glance image-list -f y | yaml",
                "glance help md-tag-create-m | md-tag-create-multiple",
            })
    void bashCompletes(String line, String expected) throws IOException, InterruptedException {
        String script = ". ../packaging/completion/glance.bash; COMP_WORDS=(" + line
                + "); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _glance; printf '%s\\n' \"${COMPREPLY[@]}\"";
        Process bash = new ProcessBuilder("/bin/bash", "-c", script)
                .redirectErrorStream(true)
                .start();
        String printed = new String(bash.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(bash.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(printed.strip()).isEqualTo(expected);
    }
}
