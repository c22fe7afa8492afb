package glance.testkit.ceph;

import glance.testkit.process.Script;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.opentest4j.TestAbortedException;

/**
 * A real Ceph cluster on loopback, run by {@code tests/servers/ceph.sh}: one monitor, one OSD, the pool {@code images} and the
 * user {@code client.glance}. Starting one takes about ten seconds, so one is shared by all tests of a JVM; a test that stops
 * or fills a cluster starts one for itself. Thread-safe.
 */
public final class Ceph implements AutoCloseable {
    private static @Nullable Ceph shared;
    private static @Nullable String failure;

    private final Script script;
    private final Path home;
    private final Map<String, String> facts;

    private Ceph(Map<String, String> environment) throws IOException {
        this.script = Script.find("tests/servers/ceph.sh");
        this.home = Files.createTempDirectory("ceph");
        this.facts = script.facts(environment, "start", directory());
        Runtime.getRuntime().addShutdownHook(new Thread(this::close, "stop-ceph"));
    }

    private String directory() {
        return home.resolve("cluster").toString();
    }

    /**
     * The cluster of this JVM, running. Where none can be started the calling test is skipped, saying why; with {@code
     * CI=true} in the environment it fails.
     */
    public static synchronized Ceph shared() {
        if (shared == null) {
            shared = start(Map.of());
        }
        return shared;
    }

    /** A cluster of the caller's own, with a manager, so that quotas take effect; skipped or failed as {@link #shared}. */
    public static Ceph own() {
        return start(Map.of("MANAGER", "yes"));
    }

    private static synchronized Ceph start(Map<String, String> environment) {
        if (failure == null) {
            try {
                return new Ceph(environment);
            } catch (IOException e) {
                failure = "no Ceph: " + e.getMessage();
            }
        }
        if ("true".equals(System.getenv("CI"))) {
            throw new AssertionError(failure);
        }
        System.err.println("skipped, " + failure);
        throw new TestAbortedException(failure);
    }

    /** What clients read: names the monitor and the keyring of {@link #user}. */
    public Path configuration() {
        return Path.of(fact("CONF"));
    }

    /** The user that has an image service's rights, without {@code client.}. */
    public String user() {
        return fact("USER");
    }

    public String pool() {
        return fact("POOL");
    }

    /** The cluster's id. */
    public String fsid() {
        return fact("FSID");
    }

    private String fact(String name) {
        String value = facts.get(name);
        if (value == null) {
            throw new IllegalArgumentException("the script tells no " + name + ", only " + facts.keySet());
        }
        return value;
    }

    /**
     * Runs {@code rbd} as administrator.
     *
     * @return the lines it printed
     * @throws IOException when it fails, with what it printed
     */
    public List<String> rbd(String... words) throws IOException {
        return run("rbd", words);
    }

    /** Runs {@code ceph} as administrator. */
    public List<String> ceph(String... words) throws IOException {
        return run("ceph", words);
    }

    private List<String> run(String program, String... words) throws IOException {
        List<String> command = new ArrayList<>(List.of("timeout", "60", program, "-c", fact("ADMIN_CONF")));
        command.addAll(List.of(words));
        return Script.run(command, Map.of());
    }

    /** Makes the daemons stop answering, without a sign to anybody. */
    public void freeze() throws IOException {
        signal("-STOP");
    }

    /** Lets them go on. */
    public void thaw() throws IOException {
        signal("-CONT");
    }

    private void signal(String which) throws IOException {
        Script.run(List.of("kill", which, fact("MON_PID"), fact("OSD_PID")), Map.of());
    }

    /** Ends it and removes its data; more than once is no error. */
    @Override
    public void close() {
        try {
            if (Files.exists(home)) {
                script.facts("kill", directory());
                Script.run(List.of("rm", "-rf", home.toString()), Map.of());
            }
        } catch (IOException e) {
            System.err.println("Ceph in " + home + " was not stopped: " + e.getMessage());
        }
    }
}
