package glance.e2e;

import glance.testkit.process.Command;
import glance.testkit.process.PackagedServer;
import java.nio.file.Path;

/** The two {@code glance} commands that are to do the same by API v1. */
enum GlanceProgram {
    REFERENCE,
    OURS;

    /** The command, its input closed: what it inherited instead, were it empty, would be image data. */
    Command run(String... words) {
        return Command.of("sh", "-c", "exec \"$@\" <&-", "sh", path())
                .and(words)
                .with("OS_IMAGE_API_VERSION", "1");
    }

    Command reading(Path data, String... words) {
        return Command.of(path()).and(words).with("OS_IMAGE_API_VERSION", "1").reading(data);
    }

    private String path() {
        if (this == REFERENCE) {
            Needs.programs("glance");
            return "/usr/bin/glance";
        }
        return PackagedServer.distribution().resolve("bin/glance").toString();
    }
}
