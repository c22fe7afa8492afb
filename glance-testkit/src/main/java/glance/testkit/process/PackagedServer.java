package glance.testkit.process;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * The server of the distribution, running as a process of its own on a free loopback port, with its database, images,
 * configuration and log below one directory. Restarting on the same directory finds the same data. Not thread-safe,
 * apart from {@link #url()}.
 */
public final class PackagedServer implements AutoCloseable {
    private static final Duration READY_LIMIT = Duration.ofSeconds(60);

    private final Home home;
    private final int port;
    private final Process process;
    // By our own clock: the system tells a process's start relative to the boot, which it knows in whole seconds.
    private final long launched;
    private Duration startup = Duration.ZERO;

    private PackagedServer(Home home, int port, Process process, long launched) {
        this.home = home;
        this.port = port;
        this.process = process;
        this.launched = launched;
    }

    /**
     * Where and how a server runs. Immutable.
     *
     * @param options configuration by section, then name; without {@code bind_port} a free one is chosen at each start
     * @param environment variables beside the inherited ones
     * @param launcher words before the program, e.g. {@code prlimit}; must exec what follows them
     * @param program the daemon, e.g. {@code glance-api}
     */
    public record Home(
            Path directory,
            Map<String, Map<String, String>> options,
            Map<String, String> environment,
            List<String> launcher,
            String program) {
        public Home {
            Map<String, Map<String, String>> copy = new TreeMap<>();
            options.forEach((section, values) -> copy.put(section, Map.copyOf(values)));
            options = Map.copyOf(copy);
            environment = Map.copyOf(environment);
            launcher = List.copyOf(launcher);
        }

        /** The standalone default: loopback, no authentication, SQLite, one file store. */
        public static Home in(Path directory) {
            return new Home(directory, Map.of(), Map.of(), List.of(), "glance-api")
                    .with("DEFAULT", "bind_host", "127.0.0.1")
                    // Its default contains the port, which differs at each start.
                    .with("DEFAULT", "worker_id", "packaged")
                    .with("database", "connection", "sqlite:///" + directory.resolve("glance.sqlite"))
                    .with(
                            "glance_store",
                            "filesystem_store_datadir",
                            directory.resolve("images").toString());
        }

        /** The same with another option. */
        public Home with(String section, String name, String value) {
            Map<String, Map<String, String>> all = new TreeMap<>(options);
            Map<String, String> values = new TreeMap<>(all.getOrDefault(section, Map.of()));
            values.put(name, value);
            all.put(section, values);
            return new Home(directory, all, environment, launcher, program);
        }

        /** The same with another environment variable. */
        public Home withEnvironment(String name, String value) {
            Map<String, String> all = new TreeMap<>(environment);
            all.put(name, value);
            return new Home(directory, options, all, launcher, program);
        }

        /** The same behind a command that sets limits and then execs. */
        public Home behind(String... words) {
            return new Home(directory, options, environment, List.of(words), program);
        }

        /** The same configuration for another daemon of the distribution, e.g. {@code glance-registry}. */
        public Home running(String daemon) {
            return new Home(directory, options, environment, launcher, daemon);
        }

        public Path images() {
            return directory.resolve("images");
        }

        public Path database() {
            return directory.resolve("glance.sqlite");
        }

        public Path log() {
            return directory.resolve(program + ".log");
        }

        public Path configuration() {
            return directory.resolve(program + ".conf");
        }

        /** Starts a server and waits until it answers. */
        public PackagedServer start() throws IOException, InterruptedException {
            return launch().awaitReady();
        }

        /** Starts a server process without waiting; {@link PackagedServer#awaitReady()} does. */
        public PackagedServer launch() throws IOException {
            Files.createDirectories(images());
            String fixed = options.getOrDefault("DEFAULT", Map.of()).get("bind_port");
            int port = fixed == null ? freePort() : Integer.parseInt(fixed);
            Files.writeString(
                    configuration(),
                    with("DEFAULT", "bind_port", Integer.toString(port)).text());
            // Under nohup, and in some build machines, SIGHUP is ignored, which children inherit and a JVM respects.
            List<String> command = new ArrayList<>(List.of("env", "--default-signal=HUP"));
            command.addAll(launcher);
            command.add(distribution().resolve("bin").resolve(program).toString());
            command.addAll(List.of("--config-file", configuration().toString()));
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()));
            builder.environment().putAll(environment);
            long launched = System.nanoTime();
            return new PackagedServer(this, port, builder.start(), launched);
        }

        private String text() {
            StringBuilder text = new StringBuilder();
            options.forEach((section, values) -> {
                text.append('[').append(section).append("]\n");
                values.forEach((name, value) ->
                        text.append(name).append(" = ").append(value).append('\n'));
            });
            return text.toString();
        }
    }

    /** The distribution's directory: system property {@code glance.dist}, else {@code target/dist} from here upwards. */
    public static Path distribution() {
        String set = System.getProperty("glance.dist");
        Path from = Path.of("").toAbsolutePath();
        Path found = set != null ? Path.of(set) : from.resolve("target/dist");
        if (set == null && !Files.exists(found) && from.getParent() != null) {
            found = from.getParent().resolve("target/dist");
        }
        if (!Files.isExecutable(found.resolve("bin/glance-api"))) {
            throw new IllegalStateException("no distribution in " + found + ": run scripts/build-dist.sh first");
        }
        return found.toAbsolutePath().normalize();
    }

    /** A port that was free a moment ago. */
    public static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /**
     * Waits until the server answers HTTP, healthy or not.
     *
     * @throws IOException with the end of its log, when it stops instead or takes longer than a minute
     */
    public PackagedServer awaitReady() throws IOException, InterruptedException {
        long began = System.nanoTime();
        while (System.nanoTime() - began < READY_LIMIT.toNanos()) {
            if (answers()) {
                startup = Duration.ofNanos(System.nanoTime() - launched);
                return this;
            }
            if (process.waitFor(5, TimeUnit.MILLISECONDS)) {
                throw new IOException(
                        home.program() + " ended with " + process.exitValue() + " at its start:\n" + logTail());
            }
        }
        process.destroyForcibly();
        throw new IOException(home.program() + " did not answer within " + READY_LIMIT + ":\n" + logTail());
    }

    private boolean answers() {
        try {
            HttpURLConnection connection =
                    (HttpURLConnection) url().resolve("/healthcheck").toURL().openConnection();
            connection.setConnectTimeout(1000);
            connection.setReadTimeout(5000);
            try {
                return connection.getResponseCode() > 0;
            } finally {
                connection.disconnect();
            }
        } catch (IOException notYet) {
            return false;
        }
    }

    public Home home() {
        return home;
    }

    /** E.g. {@code http://127.0.0.1:34567}. */
    public URI url() {
        return URI.create("http://127.0.0.1:" + port);
    }

    public int port() {
        return port;
    }

    public long pid() {
        return process.pid();
    }

    /** From the process's start to its first answer; zero before {@link #awaitReady()}. */
    public Duration startup() {
        return startup;
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    public ProcessUse use() throws IOException {
        return ProcessUse.of(pid());
    }

    /** Sends a signal by its short name, e.g. {@code HUP}. */
    public void signal(String name) throws IOException, InterruptedException {
        Command.of("kill", "-" + name, Long.toString(pid())).run().orFail();
    }

    /** Asks it to stop (SIGTERM) without waiting. */
    public void terminate() {
        process.destroy();
    }

    /** Kills it (SIGKILL), and waits until it is gone. */
    public void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    /**
     * Waits for its end; its exit code.
     *
     * @throws IOException when it is still there after {@code limit}
     */
    public int awaitExit(Duration limit) throws IOException, InterruptedException {
        if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new IOException("glance-api still runs after " + limit + ":\n" + logTail());
        }
        return process.exitValue();
    }

    /** The last part of its log. */
    public String logTail() throws IOException {
        if (!Files.exists(home.log())) {
            return "";
        }
        String all = Files.readString(home.log());
        return all.substring(Math.max(0, all.length() - 4000));
    }

    /** Stops it, by force after ten seconds. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException stop) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
