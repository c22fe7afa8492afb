package glance.testkit.store;

import glance.testkit.process.Script;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.opentest4j.TestAbortedException;

/**
 * A real server of objects on loopback, run by a script of {@code tests/servers}. One of each kind serves all tests of a JVM,
 * each with containers or buckets of its own. Thread-safe.
 */
public final class ObjectServer implements AutoCloseable {
    private static final Map<Kind, ObjectServer> RUNNING = new EnumMap<>(Kind.class);
    private static final Map<Kind, String> FAILURES = new EnumMap<>(Kind.class);

    private final Kind kind;
    private final Script script;
    private final Path directory;
    private final AtomicInteger names = new AtomicInteger();
    private final Map<String, String> facts;

    /** Whose server. */
    public enum Kind {
        /** OpenStack Swift, which speaks the S3 protocol too. */
        SWIFT("swift.sh"),
        /** S3Proxy over a directory. */
        S3PROXY("s3proxy.sh"),
        /** Ceph's RADOS gateway, with a cluster of its own. */
        GATEWAY("gateway.sh");

        private final String script;

        Kind(String script) {
            this.script = script;
        }
    }

    private ObjectServer(Kind kind) throws IOException {
        this.kind = kind;
        this.script = Script.find("tests/servers/" + kind.script);
        // Swift needs extended attributes, which a temporary directory in memory has not everywhere.
        this.directory = Files.createTempDirectory(Path.of("/var/tmp"), "objects-");
        this.facts = script.facts(Map.of("JAVA_HOME", System.getProperty("java.home")), "start", directory.toString());
        Runtime.getRuntime().addShutdownHook(new Thread(this::close, "stop-" + kind));
    }

    /** The Swift of this JVM, as {@link #shared(Kind)}. */
    public static ObjectServer shared() {
        return shared(Kind.SWIFT);
    }

    /**
     * The server of this JVM, running. Where none can be started the calling test is skipped, saying why; with {@code
     * CI=true} in the environment it fails.
     */
    public static synchronized ObjectServer shared(Kind kind) {
        ObjectServer running = RUNNING.get(kind);
        if (running != null) {
            return running;
        }
        @Nullable String failure = FAILURES.get(kind);
        if (failure == null) {
            try {
                ObjectServer started = new ObjectServer(kind);
                RUNNING.put(kind, started);
                return started;
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

    /** What the script told, e.g. {@code AUTH_URL}. */
    public String fact(String name) {
        @Nullable String value = facts.get(name);
        if (value == null) {
            throw new IllegalArgumentException("the script tells no " + name + ", only " + facts.keySet());
        }
        return value;
    }

    /** Where S3 is spoken. */
    public URI s3() {
        return URI.create(fact("S3_URL"));
    }

    /** A name nobody has used yet. */
    public String freshName() {
        return "glance-" + ProcessHandle.current().pid() + "-" + names.incrementAndGet();
    }

    @Override
    public void close() {
        try {
            script.facts("stop", directory.toString());
            Script.run(List.of("rm", "-rf", directory.toString()), Map.of());
        } catch (IOException e) {
            System.err.println(kind + " in " + directory + " was not stopped: " + e.getMessage());
        }
    }
}
