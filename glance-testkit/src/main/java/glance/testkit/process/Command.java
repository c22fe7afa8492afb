package glance.testkit.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A command to run to its end: a real client, {@code qemu-img}, {@code curl}. Immutable. */
public final class Command {
    private final List<String> words;
    private final Map<String, String> environment;
    private final @Nullable Path stdin;
    private final Duration limit;

    private Command(List<String> words, Map<String, String> environment, @Nullable Path stdin, Duration limit) {
        this.words = List.copyOf(words);
        this.environment = Map.copyOf(environment);
        this.stdin = stdin;
        this.limit = limit;
    }

    /** A command of those words, with a minute to end, nothing on stdin, and none of our own {@code OS_*} variables. */
    public static Command of(String... words) {
        return new Command(List.of(words), Map.of(), null, Duration.ofMinutes(1));
    }

    /** The same with more words. */
    public Command and(String... more) {
        List<String> all = new ArrayList<>(words);
        all.addAll(List.of(more));
        return new Command(all, environment, stdin, limit);
    }

    /** The same with another environment variable. */
    public Command with(String name, String value) {
        Map<String, String> all = new HashMap<>(environment);
        all.put(name, value);
        return new Command(words, all, stdin, limit);
    }

    /** The same with further environment variables. */
    public Command with(Map<String, String> variables) {
        Map<String, String> all = new HashMap<>(environment);
        all.putAll(variables);
        return new Command(words, all, stdin, limit);
    }

    /** The same, reading a file. */
    public Command reading(Path file) {
        return new Command(words, environment, file, limit);
    }

    /** The same with another time limit. */
    public Command within(Duration time) {
        return new Command(words, environment, stdin, time);
    }

    /** Where a program is on the PATH, if it is installed. */
    public static Optional<Path> find(String program) {
        String path = System.getenv().getOrDefault("PATH", "") + ":/usr/sbin:/sbin";
        for (String directory : path.split(":", -1)) {
            Path file = Path.of(directory.isEmpty() ? "." : directory, program);
            if (Files.isExecutable(file)) {
                return Optional.of(file);
            }
        }
        return Optional.empty();
    }

    /** How it ended: exit code and all it wrote. */
    public record Outcome(List<String> words, int exit, String out, String err) {
        /**
         * What it printed, when it ended well.
         *
         * @throws AssertionError with both streams, when it did not
         */
        public String orFail() {
            if (exit != 0) {
                throw new AssertionError(this.toString());
            }
            return out;
        }

        @Override
        public String toString() {
            return String.join(" ", words) + "\nexit " + exit + "\nstdout: " + out + "\nstderr: " + err;
        }
    }

    /** Starts it without waiting; output goes to {@code log}. Whoever calls ends it. */
    public Process start(Path log) throws IOException {
        return builder()
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
    }

    /**
     * Runs it to its end.
     *
     * @throws AssertionError when it takes longer than its limit; it has been killed then
     */
    public Outcome run() throws IOException, InterruptedException {
        // Files rather than pipes: no reader threads, no full pipe that blocks the command.
        Path out = Files.createTempFile("command", ".out");
        Path err = Files.createTempFile("command", ".err");
        try {
            Process process = builder()
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile())
                    .start();
            boolean ended = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
            if (!ended) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly().waitFor();
            }
            Outcome outcome = new Outcome(words, process.exitValue(), text(out), text(err));
            if (!ended) {
                throw new AssertionError("not ended within " + limit + ": " + outcome);
            }
            return outcome;
        } finally {
            Files.deleteIfExists(out);
            Files.deleteIfExists(err);
        }
    }

    private ProcessBuilder builder() {
        ProcessBuilder builder = new ProcessBuilder(words);
        builder.environment().keySet().removeIf(name -> name.startsWith("OS_"));
        builder.environment().putAll(environment);
        builder.redirectInput(stdin == null ? Path.of("/dev/null").toFile() : stdin.toFile());
        return builder;
    }

    /** Bytes that are no UTF-8 (image data on stdout) become replacement characters. */
    private static String text(Path file) throws IOException {
        return new String(Files.readAllBytes(file), java.nio.charset.StandardCharsets.UTF_8);
    }
}
