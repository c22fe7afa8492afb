package glance.store.front;

import glance.config.Option;
import glance.config.OptionGroup;
import glance.config.Section;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * How much is held for readers of one image.
 *
 * @param directory where, in files without a name; best in memory
 * @param window segments held for one image, at least 2
 * @param total segments held for all images; 0 when nothing is shared
 */
public record SharedReadsConfig(Path directory, int window, int total) {
    /** Where Linux keeps files in memory, shm_overview(7). */
    private static final Path IN_MEMORY = Path.of("/dev/shm");

    static final Option<String> DIRECTORY = Option.text("directory")
            .help("Where the window of a shared read is held. Not set: /dev/shm if it can be written, else the system's"
                    + " directory for temporary files.");
    static final Option<Integer> WINDOW = Option.integer("window")
            .atLeast(8)
            .orElse(32)
            .help("MiB of one image that are held for those who read it at the same time.");
    static final Option<Integer> TOTAL = Option.integer("total")
            .atLeast(0)
            .orElse(256)
            .help("MiB that are held for all shared reads; when they are used up, each reader has a read of its own."
                    + " 0: nothing is shared.");

    /** Section {@code shared_reads}; ours. */
    public static final OptionGroup OPTIONS = new OptionGroup(
            "shared_reads",
            "Readers of one image in a remote store (Swift, S3, RBD, HTTP) share one read of the store.",
            List.of(DIRECTORY, WINDOW, TOTAL));

    /** As configured. */
    public static SharedReadsConfig from(Section section) {
        Path directory = section.find(DIRECTORY).map(Path::of).orElseGet(SharedReadsConfig::usualDirectory);
        return new SharedReadsConfig(directory, segments(section.get(WINDOW)), segments(section.get(TOTAL)));
    }

    private static int segments(int mib) {
        return (int) (((long) mib << 20) / Segment.BYTES);
    }

    private static Path usualDirectory() {
        return Files.isWritable(IN_MEMORY) ? IN_MEMORY : Path.of(System.getProperty("java.io.tmpdir"));
    }
}
