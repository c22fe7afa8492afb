package glance.testkit.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A script of this repository that starts and stops a server and tells {@code KEY=VALUE} lines about it. */
public final class Script {
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final Path path;

    private Script(Path path) {
        this.path = path;
    }

    /**
     * The script at that place of the repository we run in.
     *
     * @throws IOException when there is none
     */
    public static Script find(String place) throws IOException {
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            Path script = at.resolve(place);
            if (Files.isExecutable(script)) {
                return new Script(script);
            }
        }
        throw new IOException(place + " is not above " + Path.of("").toAbsolutePath());
    }

    /** Runs it; what it told. */
    public Map<String, String> facts(String... words) throws IOException {
        return facts(Map.of(), words);
    }

    /** Runs it with more in its environment; what it told. */
    public Map<String, String> facts(Map<String, String> environment, String... words) throws IOException {
        List<String> command = new ArrayList<>(List.of(path.toString()));
        command.addAll(List.of(words));
        Map<String, String> facts = new HashMap<>();
        for (String line : run(command, environment)) {
            int sign = line.indexOf('=');
            if (sign > 0) {
                facts.put(line.substring(0, sign), line.substring(sign + 1));
            }
        }
        return facts;
    }

    /**
     * Runs a command to its end.
     *
     * @return the lines it printed
     * @throws IOException when it fails or takes too long, with what it printed
     */
    public static List<String> run(List<String> command, Map<String, String> environment) throws IOException {
        // Output goes to a file: a pipe would stay open as long as a server that was started lives.
        Path log = Files.createTempFile("script-", ".out");
        try {
            ProcessBuilder builder =
                    new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
            builder.environment().putAll(environment);
            Process process = builder.start();
            try {
                if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                    process.destroy();
                    throw new IOException(command + " took longer than " + PATIENCE);
                }
            } catch (InterruptedException e) {
                process.destroy();
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
            List<String> output = Files.readAllLines(log, StandardCharsets.UTF_8);
            if (process.exitValue() != 0) {
                throw new IOException(String.join(" / ", output));
            }
            return output;
        } finally {
            Files.delete(log);
        }
    }
}
