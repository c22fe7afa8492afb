package glance.testkit.store;

import glance.testkit.process.Script;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.opentest4j.TestAbortedException;

/**
 * A real Swift on loopback that speaks the S3 protocol too, run by {@code tests/servers/swift.sh}. One serves all tests of a JVM,
 * each with containers or buckets of its own. Thread-safe.
 */
public final class ObjectServer implements AutoCloseable {
    private static @Nullable ObjectServer shared;
    private static @Nullable String failure;

    private final Script script;
    private final Path directory;
    private final AtomicInteger names = new AtomicInteger();
    private final Map<String, String> facts;

    private ObjectServer(Path directory) throws IOException {
        this.script = Script.find("tests/servers/swift.sh");
        this.directory = directory;
        this.facts = script.facts("start", directory.toString());
        Runtime.getRuntime().addShutdownHook(new Thread(this::close, "stop-swift"));
    }

    /**
     * The server of this JVM, running. Where none can be started the calling test is skipped, saying why; with {@code
     * CI=true} in the environment it fails.
     */
    public static synchronized ObjectServer shared() {
        if (shared == null && failure == null) {
            try {
                // Swift needs extended attributes, which a temporary directory in memory has not everywhere.
                shared = new ObjectServer(Files.createTempDirectory(Path.of("/var/tmp"), "swift-"));
            } catch (IOException e) {
                failure = "no Swift: " + e.getMessage();
            }
        }
        if (shared != null) {
            return shared;
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
            new ProcessBuilder("rm", "-rf", directory.toString()).inheritIO().start();
        } catch (IOException e) {
            System.err.println("Swift in " + directory + " was not stopped: " + e.getMessage());
        }
    }
}
