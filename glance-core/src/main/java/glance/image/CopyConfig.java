package glance.image;

import glance.config.Option;
import glance.config.OptionGroup;
import glance.config.Section;
import java.time.Duration;
import java.util.List;

/**
 * How much is copied from elsewhere at a time.
 *
 * @param running copies at once
 * @param waiting further ones that are accepted and wait
 * @param timeout longest time of one copy, from its start to its last byte
 */
public record CopyConfig(int running, int waiting, Duration timeout) {
    static final Option<Integer> COPIES = Option.integer("copies")
            .atLeast(1)
            .orElse(16)
            .help("Copies of image data (x-glance-api-copy-from) that run at once.");
    static final Option<Integer> WAITING_COPIES = Option.integer("waiting_copies")
            .atLeast(0)
            .orElse(1000)
            .help("Copies that may wait for one to end; a further one is refused with 503.");
    static final Option<Integer> COPY_TIMEOUT = Option.integer("copy_timeout")
            .atLeast(1)
            .orElse(21_600)
            .help("Seconds one copy may take in all; its image is killed then.");

    /** Section {@code fetch}; ours. */
    public static final OptionGroup OPTIONS = new OptionGroup(
            "fetch", "Copies from URLs that users name.", List.of(COPIES, WAITING_COPIES, COPY_TIMEOUT));

    public static CopyConfig from(Section section) {
        return new CopyConfig(
                section.get(COPIES), section.get(WAITING_COPIES), Duration.ofSeconds(section.get(COPY_TIMEOUT)));
    }
}
