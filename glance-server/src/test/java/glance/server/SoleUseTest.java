package glance.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import glance.config.ConfigException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SoleUseTest {
    @TempDir
    Path directory;

    @Test
    void aSecondUseIsRefusedAsLongAsTheFirstGoesOn() throws Exception {
        Path database = directory.resolve("glance.sqlite");
        try (SoleUse first = SoleUse.of(database, Duration.ZERO)) {
            assertThat(first).isNotNull();
            assertThatThrownBy(() -> SoleUse.of(database, Duration.ofMillis(300)))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("another glance-api serves " + database);
        }
        SoleUse.of(database, Duration.ZERO).close();
    }

    @Test
    void itIsAwaited() throws Exception {
        Path database = directory.resolve("glance.sqlite");
        SoleUse first = SoleUse.of(database, Duration.ZERO);
        Thread ending = Thread.ofVirtual().start(() -> {
            try {
                Thread.sleep(300);
                first.close();
            } catch (Exception failed) {
                throw new IllegalStateException(failed);
            }
        });
        SoleUse.of(database, Duration.ofSeconds(30)).close();
        ending.join();
    }
}
