package glance.bench;

import java.time.Duration;

/**
 * How much of everything.
 *
 * @param imageBytes one large image; four at once are a quarter each
 * @param images rows behind the list
 * @param repeats runs of which the median counts
 * @param calls requests of which percentiles are taken
 * @param warmUps requests, and {@code warmUps / 500} transfers, before anything counts: figures are of a server that has run a while
 * @param creates images made by many clients
 * @param manyImages rows behind the lists of each database
 * @param listCalls lists of which the 99th percentile is taken
 * @param load how long small requests are fired
 */
record Scale(
        long imageBytes,
        int images,
        int repeats,
        int calls,
        int warmUps,
        Duration load,
        int downloads,
        int uploads,
        int creates,
        int manyImages,
        int listCalls) {
    /** As the requirements say. */
    static final Scale FULL =
            new Scale(1L << 30, 100_000, 5, 200, 2000, Duration.ofSeconds(10), 200, 50, 16_000, 1_000_000, 100);
    /** Just enough to see that every group still runs. */
    static final Scale SMOKE = new Scale(16L << 20, 500, 1, 10, 10, Duration.ofSeconds(1), 20, 5, 320, 1000, 5);
}
