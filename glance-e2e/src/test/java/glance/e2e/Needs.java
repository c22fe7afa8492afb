package glance.e2e;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import glance.testkit.process.Command;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What a test cannot do without. */
final class Needs {
    private Needs() {}

    /** Skips the calling test unless those programs are installed; with {@code CI=true} it fails instead. */
    static void programs(String... names) {
        List<String> missing = List.of(names).stream()
                .filter(name -> Command.find(name).isEmpty())
                .toList();
        if (!missing.isEmpty()) {
            lacking("not installed: " + missing + "; scripts/install-test-packages.sh installs them");
        }
    }

    /** A file some package installs. */
    static Path file(String path) {
        if (!Files.isReadable(Path.of(path))) {
            lacking("no " + path + "; scripts/install-test-packages.sh installs it");
        }
        return Path.of(path);
    }

    /** Skips the calling test, or fails it with {@code CI=true}. */
    static void lacking(String what) {
        if ("true".equals(System.getenv("CI"))) {
            fail(what);
        }
        abort(what);
    }
}
