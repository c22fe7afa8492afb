package glance.server;

import glance.error.GlanceException;
import glance.image.Recovery;
import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs {@link Recovery} before the first request, then a round every minute, which also renews this worker's lease. */
final class RecoverySchedule implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RecoverySchedule.class);
    private static final Duration PAUSE = Duration.ofMinutes(1);

    private final ScheduledThreadPoolExecutor rounds;

    private RecoverySchedule(ScheduledThreadPoolExecutor rounds) {
        this.rounds = rounds;
    }

    /**
     * Mends now, and goes on. Where other processes share the metadata, which then may be away for a while, that does not
     * keep this one from starting: the rounds mend what was left.
     *
     * @param alone whether no other process shares the database, so that every unfinished upload is an abandoned one
     */
    static RecoverySchedule start(Recovery recovery, boolean alone) {
        if (alone) {
            recovery.atStartAlone(); // all that the other start does, and more
        } else {
            try {
                recovery.atStart();
            } catch (GlanceException.Unavailable away) {
                LOG.warn("recovery at start put off, the metadata cannot be reached cause={}", away.reason());
            }
        }
        ScheduledThreadPoolExecutor rounds = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().daemon().name("recovery").factory());
        var _ = rounds.scheduleWithFixedDelay(
                () -> round(recovery), PAUSE.toSeconds(), PAUSE.toSeconds(), TimeUnit.SECONDS);
        return new RecoverySchedule(rounds);
    }

    private static void round(Recovery recovery) {
        try {
            recovery.round();
        } catch (RuntimeException failure) {
            // The next round tries again; a thrown exception would end the schedule.
            LOG.warn("recovery round failed", failure);
        }
    }

    @Override
    public void close() {
        rounds.shutdownNow();
    }
}
