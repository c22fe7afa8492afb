package glance.e2e;

import java.io.IOException;
import java.time.Duration;

/** Waits for a condition of another process. */
final class Eventually {
    /** Longer than anything the service promises to notice. */
    private static final Duration LIMIT = Duration.ofSeconds(15);

    private Eventually() {}

    /** Something that may become true. */
    @FunctionalInterface
    interface Condition {
        boolean holds() throws IOException, InterruptedException;
    }

    /**
     * Returns once the condition holds.
     *
     * @throws AssertionError naming {@code what}, when it does not within 15 s
     */
    static void holds(String what, Condition condition) throws IOException, InterruptedException {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (!condition.holds()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("not within " + LIMIT + ": " + what);
            }
            Thread.sleep(20);
        }
    }
}
