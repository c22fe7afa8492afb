package glance.store.remote;

import glance.config.Option;
import glance.config.OptionGroup;
import glance.config.Section;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The memory there is for parts of images on their way to and from one remote store, outside of the heap. Who fills a part reserves the whole of it
 * first, and needs no more to get rid of it: so nobody can hold a half while waiting for the other. First come, first served,
 * but while others wait a part has to be filled within {@link #FILLING}.
 * Thread-safe.
 */
public final class PartBudget {
    /** For filling a part while others wait for memory: a client that sends slowly must not keep it from all others. */
    private static final Duration FILLING = Duration.ofSeconds(60);

    /** What is counted. */
    private static final int UNIT_BYTES = 64 * 1024;

    /** Of the budget, kept for re-use when nobody needs it. */
    private static final int IDLE_SHARE = 4;

    private final int stores;
    private final int units;
    private final Semaphore free;
    private final long idleLimit;
    private final AtomicLong idleBytes = new AtomicLong();
    private final ConcurrentLinkedQueue<ByteBuffer> idle = new ConcurrentLinkedQueue<>();

    static final Option<Integer> MEMORY = Option.integer("memory")
            .atLeast(16)
            .orElse(128)
            .help(
                    "MiB for parts of images on their way to and from remote stores, of all transfers together; each store has"
                            + " the same share. Uploads wait when it is used up; downloads go on with one request at a time."
                            + " While others wait, an upload that does not fill a part within a minute is answered 408.");

    /** Section {@code remote_stores}; ours. */
    public static final OptionGroup OPTIONS =
            new OptionGroup("remote_stores", "What all stores reached over a network share.", List.of(MEMORY));

    /**
     * As configured.
     *
     * @param stores that there are, each of which gets a {@link #share}
     */
    public static PartBudget from(Section section, int stores) {
        return new PartBudget((long) section.get(MEMORY) << 20, Math.max(1, stores));
    }

    /**
     * @param bytes outside of the heap
     */
    public PartBudget(long bytes) {
        this(bytes, 1);
    }

    private PartBudget(long bytes, int stores) {
        this.stores = stores;
        this.units = Math.clamp(bytes / UNIT_BYTES, 1, Integer.MAX_VALUE);
        this.free = new Semaphore(units, true);
        this.idleLimit = bytes / IDLE_SHARE;
    }

    /** What one store gets: one that does not answer keeps its own share only. */
    public PartBudget share() {
        return stores == 1 ? this : new PartBudget(bytes() / stores);
    }

    /** A buffer that is the holder's until closed. */
    public final class Part implements AutoCloseable {
        private final int reserved;
        private final int bytes;
        private final long taken = System.nanoTime();
        private @Nullable ByteBuffer buffer;

        private Part(int bytes, int reserved, ByteBuffer buffer) {
            this.bytes = bytes;
            this.reserved = reserved;
            this.buffer = buffer;
            buffer.clear().limit(bytes);
        }

        /** The memory; its limit is what was asked for, at first. */
        public ByteBuffer buffer() {
            if (buffer == null) {
                throw new IllegalStateException("part of " + bytes + " bytes is given back");
            }
            return buffer;
        }

        /** Nanoseconds its holder may still take to fill it; less while others wait. */
        long patienceNanos() {
            return free.hasQueuedThreads() ? FILLING.toNanos() - (System.nanoTime() - taken) : Long.MAX_VALUE;
        }

        /** Gives it back but never hands its memory to anybody again, since somebody still uses it. One thread. */
        void abandon() {
            if (buffer != null) {
                buffer = null;
                free.release(reserved);
            }
        }

        /** Gives it back; more than once is no error. One thread. */
        @Override
        public void close() {
            ByteBuffer mine = buffer;
            if (mine != null) {
                buffer = null;
                keep(mine);
                free.release(reserved);
            }
        }
    }

    /** Waits until {@code bytes} are free. */
    public Part take(int bytes) throws InterruptedIOException {
        int needed = unitsOf(bytes);
        try {
            free.acquire(needed);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for memory");
        }
        return part(bytes, needed);
    }

    /** {@code bytes}, or null when that many are not free now. */
    public @Nullable Part tryTake(int bytes) {
        int needed = unitsOf(bytes);
        return free.hasQueuedThreads() || !free.tryAcquire(needed) ? null : part(bytes, needed);
    }

    /** A part larger than the budget takes all of it. */
    private int unitsOf(int bytes) {
        return Math.clamp(Math.ceilDiv(bytes, UNIT_BYTES), 1, units);
    }

    private Part part(int bytes, int reserved) {
        for (ByteBuffer kept = idle.poll(); kept != null; kept = idle.poll()) {
            idleBytes.addAndGet(-kept.capacity());
            if (kept.capacity() >= bytes && kept.capacity() / 2 <= bytes) {
                return new Part(bytes, reserved, kept);
            }
            // Of the wrong size: the stores' settings or the images have changed.
        }
        return new Part(bytes, reserved, ByteBuffer.allocateDirect(bytes));
    }

    private void keep(ByteBuffer buffer) {
        if (idleBytes.addAndGet(buffer.capacity()) <= idleLimit) {
            idle.add(buffer);
        } else {
            idleBytes.addAndGet(-buffer.capacity());
        }
    }

    /** Bytes there are for all, to the unit. */
    public long bytes() {
        return (long) units * UNIT_BYTES;
    }

    /** Bytes nobody holds, to the unit. */
    public long freeBytes() {
        return (long) free.availablePermits() * UNIT_BYTES;
    }
}
