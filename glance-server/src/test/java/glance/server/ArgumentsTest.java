package glance.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ArgumentsTest {
    @Test
    void sourcesKeepTheOrderGiven() {
        Arguments arguments = Arguments.parse("--config-file", "a.conf", "--config-dir=d", "--config-file=b.conf");
        assertThat(arguments.sources())
                .containsExactly(
                        new Arguments.Source(Path.of("a.conf"), false),
                        new Arguments.Source(Path.of("d"), true),
                        new Arguments.Source(Path.of("b.conf"), false));
        assertThat(arguments.mode()).isEqualTo(Arguments.Mode.SERVE);
    }

    @Test
    void aPortOutOfRangeIsNamed() {
        assertThatThrownBy(() -> Arguments.parse("--port", "70000"))
                .hasMessage("option --port: '70000' is no port; accepted: 0 to 65535");
    }

    @Test
    void anUnknownOptionIsNamed() {
        assertThatThrownBy(() -> Arguments.parse("--prot", "1")).hasMessageContaining("'--prot'");
        assertThatThrownBy(() -> Arguments.parse("--port")).hasMessageContaining("needs a value");
    }
}
