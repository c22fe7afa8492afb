package glance.server;

import glance.error.GlanceException;
import glance.image.Recovery;
import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs {@link Recovery} before the first request, then a round every minute, which also renews this worker's lease, and a sweep of
 * the stores every hour: what a store cannot tell from an upload under way it gives up when that is old enough.
 */
final class RecoverySchedule implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RecoverySchedule.class);
    private static final Duration PAUSE = Duration.ofMinutes(1);
    private static final Duration SWEEP_PAUSE = Duration.ofHours(1);

    private final ScheduledThreadPoolExecutor rounds;
    private final ScheduledThreadPoolExecutor sweeps;

    private RecoverySchedule(ScheduledThreadPoolExecutor rounds, ScheduledThreadPoolExecutor sweeps) {
        this.rounds = rounds;
        this.sweeps = sweeps;
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
        ScheduledThreadPoolExecutor rounds = thread("recovery");
        // Of its own: a slow store must not keep the lease from being renewed.
        ScheduledThreadPoolExecutor sweeps = thread("sweep");
        var _ = rounds.scheduleWithFixedDelay(
                () -> attempt("round", recovery::round), PAUSE.toSeconds(), PAUSE.toSeconds(), TimeUnit.SECONDS);
        var _ = sweeps.scheduleWithFixedDelay(
                () -> attempt("sweep", recovery::sweep),
                SWEEP_PAUSE.toSeconds(),
                SWEEP_PAUSE.toSeconds(),
                TimeUnit.SECONDS);
        return new RecoverySchedule(rounds, sweeps);
    }

    private static ScheduledThreadPoolExecutor thread(String name) {
        return new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().daemon().name(name).factory());
    }

    private static void attempt(String what, Runnable work) {
        try {
            work.run();
        } catch (RuntimeException failure) {
            // The next one tries again; a thrown exception would end the schedule.
            LOG.warn("recovery {} failed", what, failure);
        }
    }

    @Override
    public void close() {
        rounds.shutdownNow();
        sweeps.shutdownNow();
    }
}
