package glance.registry.sql;

import glance.error.GlanceException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** Whether one transaction is run once more, and when. One use, one thread. */
final class Attempts {
    /** Time between tries for a lock, on engines that do not wait themselves: a random part of this. */
    private static final Duration LOCK_PAUSE = Duration.ofMillis(30);

    private final Dialect dialect;
    private final RetryConfig retries;
    private final long deadline;
    private int losses;
    private Duration interval;

    Attempts(Dialect dialect, DatabaseConfig config) {
        this.dialect = dialect;
        this.retries = config.retries();
        this.deadline = System.nanoTime() + config.pool().patience().toNanos();
        this.interval = retries.interval();
    }

    /**
     * Waits as long as is right before the next try.
     *
     * @return false when there is none
     */
    boolean mayFollow(SQLException failure) {
        if (dialect.isContention(failure)) {
            if (System.nanoTime() > deadline) {
                return false;
            }
            if (!dialect.hasOneWriter()) {
                pause(Duration.ofNanos(ThreadLocalRandom.current().nextLong(LOCK_PAUSE.toNanos())));
            }
            return true;
        }
        if (!dialect.isLost(failure) || !lossMayFollow()) {
            return false;
        }
        pause(interval);
        if (retries.growing()) {
            Duration doubled = interval.multipliedBy(2);
            interval = doubled.compareTo(retries.longest()) > 0 ? retries.longest() : doubled;
        }
        return true;
    }

    private boolean lossMayFollow() {
        Integer most = retries.losses();
        return most == null ? System.nanoTime() < deadline : most < 0 || losses++ < most;
    }

    static void pause(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new GlanceException.Unavailable("Interrupted while waiting for the metadata database", e);
        }
    }
}
