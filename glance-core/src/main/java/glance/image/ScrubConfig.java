package glance.image;

import glance.config.Option;
import glance.config.OptionGroup;
import glance.config.Section;
import java.time.Duration;
import java.util.List;

/**
 * How {@code glance-scrubber} removes the data that {@code delayed_delete} leaves.
 *
 * @param delay how long ago an image must have been deleted
 * @param parallel images at a time
 * @param interval from the end of a round of the daemon to the next
 */
public record ScrubConfig(Duration delay, int parallel, Duration interval) {
    static final Option<Integer> SCRUB_TIME = Option.integer("scrub_time")
            .atLeast(0)
            .orElse(0)
            .help(
                    "Seconds that glance-scrubber leaves the data of a deleted image alone, in which it can be restored.");
    static final Option<Integer> SCRUB_POOL_SIZE = Option.integer("scrub_pool_size")
            .atLeast(1)
            .orElse(1)
            .help("Images whose data glance-scrubber removes at a time.");
    static final Option<Integer> WAKEUP_TIME = Option.integer("wakeup_time")
            .atLeast(1)
            .orElse(300)
            .help("Seconds between the rounds of glance-scrubber --daemon.");

    /** The options of this component. */
    public static final OptionGroup OPTIONS = new OptionGroup(
            "DEFAULT",
            "The data of deleted images; glance-scrubber reads these.",
            List.of(SCRUB_TIME, SCRUB_POOL_SIZE, WAKEUP_TIME));

    public static ScrubConfig from(Section section) {
        return new ScrubConfig(
                Duration.ofSeconds(section.get(SCRUB_TIME)),
                section.get(SCRUB_POOL_SIZE),
                Duration.ofSeconds(section.get(WAKEUP_TIME)));
    }
}
