package glance.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import glance.testkit.process.Command;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;

/** A sample of {@code ./fleet-test}. */
class FleetIT {
    @Test
    @Timeout(300)
    void aKilledServerAndARollingRestartLoseNothing(@TempDir Path directory) throws IOException, InterruptedException {
        if (Command.find("nginx").isEmpty() && !"true".equals(System.getenv("CI"))) {
            System.err.println("skipped, nginx is not installed");
            throw new TestAbortedException("nginx is not installed");
        }
        assertThat(FleetCampaign.run(directory, 1, 10, 3)).isEmpty();
    }
}
