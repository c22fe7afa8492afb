package glance.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import glance.testkit.process.Command;
import glance.testkit.process.PackagedServer;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./run} as a newcomer types it, on another port and in another directory. */
class RunCommandIT {
    @Test
    void servesSaysWhatToTypeNextAndStopsOnInterrupt(@TempDir Path directory) throws IOException, InterruptedException {
        int port = PackagedServer.freePort();
        Path run = Path.of(System.getProperty("glance.root", ".."), "run")
                .toAbsolutePath()
                .normalize();
        Path log = directory.resolve("run.log");
        // What a shell starts in the background ignores SIGINT, which its children inherit.
        Process process = Command.of("env", "--default-signal=INT", run.toString(), "--port", Integer.toString(port))
                .with("GLANCE_DATA", directory.resolve("data").toString())
                .start(log);
        try {
            Eventually.holds("run says it is ready", () -> {
                assertThat(process.isAlive()).as(Files.readString(log)).isTrue();
                return Files.readString(log).contains("Glance is ready on http://127.0.0.1:" + port);
            });
            assertThat(Files.readString(log)).contains(directory.resolve("data").toString(), "glance image-create");
            Api api = new Api(URI.create("http://127.0.0.1:" + port), null);
            String id = api.create("first", "raw");
            api.upload(id, java.net.http.HttpRequest.BodyPublishers.ofString("hello"));
            assertThat(directory.resolve("data/images").resolve(id)).hasContent("hello");
            Command.of("kill", "-INT", Long.toString(process.pid())).run().orFail();
            assertThat(process.waitFor(15, TimeUnit.SECONDS)).as("stopped").isTrue();
        } finally {
            process.destroyForcibly();
        }
    }
}
