package glance.e2e;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import glance.testkit.process.Command;
import glance.testkit.process.PackagedServer;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The completion scripts of the packages, in the shells they are for. That of bash is tested where it is made. */
class CompletionIT {
    @TempDir
    private Path home;

    private static Path scripts() {
        // target/dist
        return requireNonNull(PackagedServer.distribution().getParent())
                .resolveSibling("packaging")
                .resolve("completion");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "glance image-l | image-list",
                "glance --os-im | --os-image-api-version --os-image-url",
                "glance image-list -f j | json",
                "glance help md-tag-c | md-tag-create md-tag-create-multiple",
                "glance --os-image-url http://x image-show --hu | --human-readable"
            })
    void fishAndZshOfferTheSame(String line, String offered) throws Exception {
        Needs.programs("fish", "zsh");
        assertThat(fish(line)).isEqualTo(offered);
        assertThat(zsh(line)).isEqualTo(offered);
    }

    private String fish(String line) throws IOException, InterruptedException {
        String lines = Command.of("fish", "-c", "source $argv[1]; complete -C $argv[2]")
                .and(scripts().resolve("glance.fish").toString(), line)
                .with("HOME", home.toString())
                .run()
                .orFail();
        return String.join(
                " ",
                lines.lines()
                        .map(each -> each.replaceFirst("\t.*", ""))
                        .sorted()
                        .toList());
    }

    private String zsh(String line) throws IOException, InterruptedException, URISyntaxException {
        Path script = Path.of(
                requireNonNull(CompletionIT.class.getResource("complete.zsh")).toURI());
        String lines = Command.of("zsh", "-f", script.toString(), scripts().toString(), line)
                .with("HOME", home.toString())
                .run()
                .orFail();
        return String.join(" ", lines.lines().toList());
    }
}
