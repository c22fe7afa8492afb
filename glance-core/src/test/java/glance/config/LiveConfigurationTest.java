package glance.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import glance.config.LiveConfiguration.Change;
import glance.config.LiveConfiguration.Reload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LiveConfigurationTest {
    private static final Option<Boolean> DEBUG =
            Option.flag("debug").orElse(false).reloadable();
    private static final Option<Integer> PORT = Option.port("bind_port").orElse(9292);
    private static final Option<String> KEY = Option.text("key").secret();
    private static final List<OptionGroup> OPTIONS = List.of(new OptionGroup("DEFAULT", "", List.of(DEBUG, PORT, KEY)));

    @TempDir
    Path directory;

    private Path file;
    private LiveConfiguration live;

    @BeforeEach
    void start() throws IOException {
        file = directory.resolve("glance-api.conf");
        write("key = one");
        live = LiveConfiguration.start(
                ConfigurationFiles.of(List.of("glance-api"), Map.of(), List.of(directory)), OPTIONS);
    }

    private void write(String lines) throws IOException {
        Files.writeString(file, "[DEFAULT]\n" + lines + "\n");
    }

    private Section current() {
        return live.current().section("DEFAULT");
    }

    private Reload.Done reload() {
        assertThat(live.reload()).isInstanceOf(Reload.Done.class);
        return (Reload.Done) live.reload();
    }

    @Test
    void aReloadOfUnchangedFilesChangesNothing() {
        Reload.Done done = reload();
        assertThat(done.applied()).isEmpty();
        assertThat(done.needRestart()).isEmpty();
    }

    @Test
    void reloadableOptionsAreAppliedAndOthersAreReported() throws IOException {
        write("key = one\ndebug = yes\nbind_port = 80");
        assertThat(live.reload()).isInstanceOfSatisfying(Reload.Done.class, done -> {
            assertThat(done.applied()).containsExactly(new Change("DEFAULT", "debug", "false", "true"));
            assertThat(done.needRestart()).containsExactly(new Change("DEFAULT", "bind_port", "9292", "80"));
        });
        assertThat(current().get(DEBUG)).isTrue();
        assertThat(current().get(PORT)).isEqualTo(9292);
        assertThat(live.current().section("DEFAULT", "other").get(DEBUG)).isTrue();
    }

    @Test
    void whatNeedsARestartIsReportedUntilItIsTakenBack() throws IOException {
        write("key = one\nbind_port = 80");
        assertThat(reload().needRestart()).hasSize(1);
        assertThat(reload().applied()).isEmpty();
        write("key = one");
        assertThat(reload().needRestart()).isEmpty();
    }

    @Test
    void secretsThatChangedAreNotPrinted() throws IOException {
        write("key = two");
        assertThat(reload().needRestart()).containsExactly(new Change("DEFAULT", "key", "***", "***"));
    }

    @Test
    void anUnusableFileLeavesEverythingAsItWas() throws IOException {
        write("debug = yes");
        reload();
        for (String bad : List.of("debug = no\nbind_port = none", "no assignment")) {
            write(bad);
            assertThat(live.reload())
                    .isInstanceOfSatisfying(
                            Reload.Refused.class,
                            refused -> assertThat(refused.reason()).hasMessageContaining(file.toString()));
            assertThat(current().get(DEBUG)).isTrue();
        }
    }

    @Test
    void anUnusableFileStopsTheStart() throws IOException {
        write("bind_port = none");
        assertThatThrownBy(() -> LiveConfiguration.start(
                        ConfigurationFiles.of(List.of("glance-api"), Map.of(), List.of(directory)), OPTIONS))
                .hasMessageContaining(file + ":2: option bind_port in [DEFAULT]: 'none'");
    }
}
