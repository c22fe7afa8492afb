package glance.testkit.database;

import glance.testkit.process.Script;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.opentest4j.TestAbortedException;

/**
 * A real database server on loopback, run by a script of {@code tests/servers}: Debian's packages, data in a temporary
 * directory. One of each kind serves all tests of a JVM, each test with databases of its own; a test that stops or kills its
 * server starts one for itself. Its commits do not wait for the disk, but for those of {@link #durable}. Thread-safe.
 */
public final class DatabaseServer implements AutoCloseable {
    /** The servers there are. */
    public enum Kind {
        MARIADB("mariadb.sh", "mysql+pymysql"),
        POSTGRESQL("postgresql.sh", "postgresql+psycopg2");

        private final String script;
        private final String dialect;

        Kind(String script, String dialect) {
            this.script = script;
            this.dialect = dialect;
        }
    }

    private static final Map<Kind, DatabaseServer> SHARED = new EnumMap<>(Kind.class);
    private static final Map<Kind, String> FAILURES = new EnumMap<>(Kind.class);

    private final Kind kind;
    private final Script script;
    private final Map<String, String> environment;
    private final Path home;
    private final Path directory;
    private final AtomicInteger databases = new AtomicInteger();
    private Map<String, String> facts;

    private DatabaseServer(Kind kind, Path home, Map<String, String> environment) throws IOException {
        this.kind = kind;
        this.environment = environment;
        this.script = Script.find("tests/servers/" + kind.script);
        this.home = home;
        // The server may be another user, who shall reach what lies in it.
        Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));
        this.directory = directory(kind, home);
        this.facts = script.facts(environment, "start", directory.toString());
        Runtime.getRuntime().addShutdownHook(new Thread(this::close, "stop-" + kind));
    }

    private static Path directory(Kind kind, Path home) {
        return home.resolve(kind.name().toLowerCase(Locale.ROOT));
    }

    /**
     * The server of this JVM, running. Where none can be started the calling test is skipped, saying why; with {@code
     * CI=true} in the environment it fails.
     */
    public static synchronized DatabaseServer shared(Kind kind) {
        DatabaseServer running = SHARED.get(kind);
        if (running == null) {
            running = start(kind);
            SHARED.put(kind, running);
        }
        return running;
    }

    /** A server for one test alone, which closes it. */
    public static synchronized DatabaseServer start(Kind kind) {
        String failure = FAILURES.get(kind);
        if (failure == null) {
            try {
                return new DatabaseServer(kind, Files.createTempDirectory("database-"), Map.of());
            } catch (IOException e) {
                failure = "no " + kind + ": " + e.getMessage();
                FAILURES.put(kind, failure);
            }
        }
        if ("true".equals(System.getenv("CI"))) {
            throw new AssertionError(failure);
        }
        System.err.println("skipped, " + failure);
        throw new TestAbortedException(failure);
    }

    /**
     * A server whose commits wait for the disk, as an operator's do. Its data stays in the directory when it is closed, and
     * serves the next one there.
     *
     * @param megabytes for its cache of pages
     * @throws IOException when it cannot be started
     */
    public static DatabaseServer durable(Kind kind, Path home, int megabytes) throws IOException {
        return new DatabaseServer(
                kind, home, Map.of("DURABLE", "yes", "MEMORY", String.valueOf(megabytes), "LIFETIME", "86400"));
    }

    public Kind kind() {
        return kind;
    }

    /** An SQLAlchemy URL of a new, empty database. */
    public String freshUrl() {
        String name = "glance" + databases.incrementAndGet();
        execute("CREATE DATABASE " + name + (kind == Kind.MARIADB ? " CHARACTER SET utf8mb3" : ""));
        return url(name);
    }

    /** The SQLAlchemy URL of a database that may or may not exist. */
    public String url(String database) {
        return url(database, port());
    }

    /** The same by way of another port, behind which a test puts something of its own. */
    public String url(String database, int port) {
        return kind.dialect + "://" + fact("USER") + ":" + fact("PASSWORD") + "@127.0.0.1:" + port + "/" + database;
    }

    public int port() {
        return Integer.parseInt(fact("PORT"));
    }

    /** What the script told: {@code HOST PORT USER PASSWORD SOCKET CA PID}. */
    public synchronized String fact(String name) {
        @Nullable String value = facts.get(name);
        if (value == null) {
            throw new IllegalArgumentException("the script tells no " + name + ", only " + facts.keySet());
        }
        return value;
    }

    /** Runs a statement in the server's own client. */
    public void execute(String sql) {
        List<String> command = kind == Kind.MARIADB
                ? List.of("mariadb", "--no-defaults", "--socket=" + fact("SOCKET"), "-uglance", "-psecret", "-e", sql)
                : List.of(
                        "psql",
                        "-q",
                        "-h",
                        fact("SOCKET"),
                        "-p",
                        fact("PORT"),
                        "-U",
                        "glance",
                        "-d",
                        "postgres",
                        "-c",
                        sql);
        try {
            Script.run(command, Map.of("PGPASSWORD", fact("PASSWORD")));
        } catch (IOException e) {
            throw new IllegalStateException("statement refused: " + sql, e);
        }
    }

    /** Shuts it down in good order; data stays. */
    public void stop() throws IOException {
        script.facts("stop", directory.toString());
    }

    /** Ends it at once, as a crash would; data stays. */
    public void kill() throws IOException {
        script.facts("kill", directory.toString());
    }

    /** Starts it again, same address, same data. */
    public synchronized void restart() throws IOException {
        facts = script.facts(environment, "start", directory.toString());
    }

    /** Sends its processes a signal, e.g. {@code STOP} or {@code CONT}. */
    public void signal(String signal) throws IOException {
        List<String> command = new ArrayList<>(List.of("kill", "-" + signal, fact("PID")));
        ProcessHandle.of(Long.parseLong(fact("PID"))).stream()
                .flatMap(ProcessHandle::descendants)
                .forEach(child -> command.add(String.valueOf(child.pid())));
        Script.run(command, Map.of());
    }

    /** Ends it and removes its data, unless it is durable. */
    @Override
    public void close() {
        try {
            if (!environment.isEmpty()) {
                stop();
            } else if (Files.exists(directory)) {
                script.facts("kill", directory.toString());
                Script.run(List.of("rm", "-rf", home.toString()), Map.of());
            }
        } catch (IOException e) {
            System.err.println(kind + " in " + directory + " was not stopped: " + e.getMessage());
        }
    }
}
