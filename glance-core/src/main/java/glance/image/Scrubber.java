package glance.image;

import glance.error.GlanceException;
import glance.store.StoreException;
import glance.store.Stores;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes the data of images that were deleted with {@code delayed_delete}. A journal entry is opened before a byte goes: an image
 * whose data may be gone cannot be restored, and what a crash interrupts is done again, by the next round or by {@link Recovery}.
 * Any number may work on the same registry.
 */
public final class Scrubber {
    private static final Logger LOG = LoggerFactory.getLogger(Scrubber.class);
    private static final int PAGE = 1000;

    private final RetiredImages retired;
    private final DataJournal journal;
    private final Stores stores;
    private final ScrubConfig config;
    private final InstantSource clock;
    private final String worker;
    private final AtomicBoolean stopped = new AtomicBoolean();

    /** @param worker its name in the journal */
    public Scrubber(
            RetiredImages retired,
            DataJournal journal,
            Stores stores,
            ScrubConfig config,
            InstantSource clock,
            String worker) {
        this.retired = retired;
        this.journal = journal;
        this.stores = stores;
        this.config = config;
        this.clock = clock;
        this.worker = worker;
    }

    /**
     * What a round did.
     *
     * @param images whose data is all gone
     * @param left that still have some
     */
    public record Round(int images, int left) {
        Round plus(boolean done) {
            return done ? new Round(images + 1, left) : new Round(images, left + 1);
        }
    }

    /**
     * Goes once through all images that were deleted long enough ago. What cannot be removed is told and left to the next round.
     *
     * @throws GlanceException when the metadata cannot be reached
     */
    public Round round() throws InterruptedException {
        Instant until = clock.instant().minus(config.delay());
        Round round = new Round(0, 0);
        try (ExecutorService pool = Executors.newFixedThreadPool(
                config.parallel(), Thread.ofVirtual().factory())) {
            ImageId last = null;
            List<ImageId> page;
            do {
                page = retired.deletedUntil(until, last, PAGE);
                List<Future<Boolean>> running = new ArrayList<>();
                page.forEach(id -> running.add(pool.submit(() -> scrub(id))));
                for (Future<Boolean> one : running) {
                    round = round.plus(result(one));
                }
                last = page.isEmpty() ? last : page.getLast();
            } while (page.size() == PAGE && !stopped.get());
        }
        LOG.info("scrubber round ended images={} left={}", round.images(), round.left());
        return round;
    }

    private static boolean result(Future<Boolean> one) throws InterruptedException {
        try {
            return one.get();
        } catch (ExecutionException failure) {
            throw failure.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(failure);
        }
    }

    /** Ends the round after the images whose data is being removed now. */
    public void stop() {
        stopped.set(true);
    }

    /** Whether nothing of the image is left. */
    private boolean scrub(ImageId id) {
        if (stopped.get()) {
            return false;
        }
        try {
            return remove(id);
        } catch (GlanceException.NotFound meanwhile) {
            LOG.debug("image does not await the scrubber any more image={}", id);
            return true;
        } catch (GlanceException.Unavailable lost) {
            // The database rather than one image: the next one would fare no better.
            throw lost;
        } catch (RuntimeException unreadable) {
            LOG.warn("data of a deleted image not removed, the next round will image={}", id, unreadable);
            return false;
        }
    }

    private boolean remove(ImageId id) {
        // One entry for a place, however often it is recorded.
        Set<DataIntent> removals = new LinkedHashSet<>();
        boolean all = true;
        for (ImageLocation location : retired.awaiting(id)) {
            DataIntent removal = stores.discard(id, location, worker);
            if (removal == null) {
                LOG.warn("no configured store holds data of a deleted image image={} at={}", id, location.at());
                all = false;
            } else {
                removals.add(removal);
            }
        }
        retired.claim(id, List.copyOf(removals));
        boolean isAllGone = all;
        for (DataIntent removal : removals) {
            isAllGone &= isGone(removal);
        }
        return isAllGone;
    }

    private boolean isGone(DataIntent intent) {
        try {
            boolean was = DataRemoval.remove(stores.find(intent.store()), intent);
            journal.close(intent);
            LOG.info(
                    "data of a deleted image removed image={} store={} was_there={}",
                    intent.image(),
                    intent.store(),
                    was);
            return true;
        } catch (StoreException.InUse used) {
            // Refused, so all of it is there: it may be restored after all.
            retired.release(intent);
            LOG.info("data of a deleted image is in use image={} store={}", intent.image(), intent.store());
        } catch (StoreException failure) {
            LOG.warn(
                    "data of a deleted image not removed, the next round will image={} store={}",
                    intent.image(),
                    intent.store(),
                    failure);
        }
        return false;
    }
}
