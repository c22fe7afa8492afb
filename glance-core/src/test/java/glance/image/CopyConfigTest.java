package glance.image;

import static org.assertj.core.api.Assertions.assertThat;

import glance.config.Configuration;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class CopyConfigTest {
    private static CopyConfig read(String lines) {
        return CopyConfig.from(Configuration.ofText("[fetch]\n" + lines).section("fetch"));
    }

    @Test
    void defaultsAreBounded() {
        assertThat(read("")).isEqualTo(new CopyConfig(16, 1000, Duration.ofHours(6)));
    }

    @Test
    void everyOptionIsRead() {
        assertThat(read("copies = 2\nwaiting_copies = 0\ncopy_timeout = 90\n"))
                .isEqualTo(new CopyConfig(2, 0, Duration.ofSeconds(90)));
    }
}
