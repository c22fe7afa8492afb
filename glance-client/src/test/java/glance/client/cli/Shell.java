package glance.client.cli;

import glance.client.FakeService;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Runs the command against a service and keeps what it printed last. */
final class Shell {
    private final FakeService service;
    private final Path directory;
    private @Nullable InputStream input;
    private String out = "";
    private String err = "";

    Shell(FakeService service, Path directory) {
        this.service = service;
        this.directory = directory;
    }

    Shell reading(String text) {
        input = new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
        return this;
    }

    /** The exit code. */
    int glance(String... words) {
        return glance(Map.of(), words);
    }

    int glance(Map<String, String> environment, String... words) {
        List<String> line = new ArrayList<>(List.of("--os-image-url", service.url(), "--os-image-api-version", "2"));
        line.addAll(List.of(words));
        return run(environment, line);
    }

    int run(Map<String, String> environment, List<String> line) {
        ByteArrayOutputStream stdout = new ByteArrayOutputStream();
        ByteArrayOutputStream stderr = new ByteArrayOutputStream();
        int exit = new GlanceMain(new Terminal(
                        input,
                        false,
                        OptionalLong.empty(),
                        new PrintStream(stdout, true, StandardCharsets.UTF_8),
                        false,
                        new PrintStream(stderr, true, StandardCharsets.UTF_8),
                        environment,
                        directory,
                        directory))
                .run(line);
        out = stdout.toString(StandardCharsets.UTF_8);
        err = stderr.toString(StandardCharsets.UTF_8);
        return exit;
    }

    String out() {
        return out;
    }

    String err() {
        return err;
    }
}
