package glance.store.front;

import glance.image.ImageId;
import glance.store.ByteRange;
import glance.store.ForwardingStore;
import glance.store.Payload;
import glance.store.Store;
import glance.store.StoreException;
import glance.store.StoreId;
import glance.store.StoreLocation;
import glance.store.WriteSession;
import java.time.Duration;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers for a store that does not. After {@value #PATIENCE} failures to answer in a row requests fail at once instead of each
 * waiting for a time-out of its own; after a pause one request tries, and its success opens the way for all. A store that
 * answers "no" has answered.
 */
public final class Breaker extends ForwardingStore {
    static final int PATIENCE = 5;
    private static final Duration PAUSE = Duration.ofSeconds(5);
    private static final Logger LOG = LoggerFactory.getLogger(Breaker.class);

    private final Count count;

    public Breaker(Store store) {
        this(store, PAUSE);
    }

    Breaker(Store store, Duration pause) {
        this(store, new Count(store.id(), pause.toNanos()));
    }

    private Breaker(Store store, Count count) {
        super(store);
        this.count = count;
    }

    /** Who acts for callers reaches the same store: one count for all. */
    @Override
    protected Store before(Store acting) {
        return new Breaker(acting, count);
    }

    @Override
    public WriteSession<StoreLocation> create(ImageId image, OptionalLong size) throws StoreException {
        return guarded(() -> store().create(image, size));
    }

    @Override
    public Payload open(StoreLocation location, ByteRange range) throws StoreException {
        return guarded(location, () -> store().open(location, range));
    }

    @Override
    public Payload open(StoreLocation location) throws StoreException {
        return guarded(location, () -> store().open(location));
    }

    @Override
    public long size(StoreLocation location) throws StoreException {
        return guarded(location, () -> store().size(location));
    }

    @Override
    public boolean delete(StoreLocation location) throws StoreException {
        return guarded(location, () -> store().delete(location));
    }

    private interface Operation<T> {
        T run() throws StoreException;
    }

    /**
     * A place that is not the store's own (another account, bucket or region) tells nothing of the store: a client may have
     * named it, to shut the store for everybody.
     */
    private <T> T guarded(StoreLocation location, Operation<T> operation) throws StoreException {
        if (store().holds(location)) {
            return guarded(operation);
        }
        count.requireClosed();
        return operation.run();
    }

    private <T> T guarded(Operation<T> operation) throws StoreException {
        count.requireHope();
        try {
            T result = operation.run();
            count.answered();
            return result;
        } catch (StoreException.Unavailable silent) {
            count.unanswered(silent);
            throw silent;
        } catch (StoreException refused) {
            count.answered();
            throw refused;
        }
    }

    /** What a store's breakers know of it. */
    private static final class Count {
        private final StoreId store;
        private final long pauseNanos;
        private int failures;
        private long nextTrial;

        Count(StoreId store, long pauseNanos) {
            this.store = store;
            this.pauseNanos = pauseNanos;
        }

        synchronized void requireHope() throws StoreException {
            requireClosed();
            if (failures >= PATIENCE) {
                // This one tries; should it never come back, another does after the next pause.
                nextTrial = System.nanoTime() + pauseNanos;
            }
        }

        /** Refuses during the pause, without being the one that tries. */
        synchronized void requireClosed() throws StoreException {
            long left = nextTrial - System.nanoTime();
            if (failures >= PATIENCE && left > 0) {
                throw new StoreException.Unavailable(
                        "store '" + store + "' did not answer " + failures + " times in a row; it is tried again in "
                                + Duration.ofNanos(left).toMillis() + " ms",
                        null);
            }
        }

        synchronized void answered() {
            if (failures >= PATIENCE) {
                LOG.info("store answers again store={}", store);
            }
            failures = 0;
        }

        synchronized void unanswered(StoreException failure) {
            failures++;
            if (failures >= PATIENCE) {
                nextTrial = System.nanoTime() + pauseNanos;
            }
            if (failures == PATIENCE) {
                LOG.warn("store does not answer, requests fail at once until it does store={}", store, failure);
            }
        }
    }
}
