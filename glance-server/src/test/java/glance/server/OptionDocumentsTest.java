package glance.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class OptionDocumentsTest {
    /** Surefire starts tests in their module. */
    private static final Path ROOT = Path.of("..");

    private static final String AGAIN = "mvn -q test -pl glance-server -am -Dtest=OptionDocumentsTest"
            + " -Dsurefire.failIfNoSpecifiedTests=false -Dglance.documents=write";

    private static Map<Path, String> documents() {
        Map<Path, String> all = new LinkedHashMap<>();
        OptionCatalogue.documents().forEach(each -> all.putAll(each.documents()));
        return all;
    }

    @Test
    void theCommittedDocumentsAreThoseTheDeclarationsMake() throws IOException {
        if ("write".equals(System.getProperty("glance.documents"))) {
            OptionCatalogue.main(ROOT.toString());
        }
        for (Map.Entry<Path, String> document : documents().entrySet()) {
            Path file = ROOT.resolve(document.getKey());
            assertThat(file).as("make it with: " + AGAIN).exists();
            assertThat(Files.readString(file))
                    .as(file + " differs from the declarations; make it again with: " + AGAIN)
                    .isEqualTo(document.getValue());
        }
    }

    @Test
    void everyOptionHasASentenceOfHelp() {
        Stream.concat(OptionCatalogue.GROUPS.stream(), OptionCatalogue.REGISTRY_GROUPS.stream())
                .forEach(group -> assertThat(group.options())
                        .allSatisfy(option -> assertThat(option.help())
                                .as("help of %s in [%s]", option, group.section())
                                .endsWith(".")));
    }
}
