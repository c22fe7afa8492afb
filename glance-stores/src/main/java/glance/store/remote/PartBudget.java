package glance.store.remote;

import glance.config.Option;
import glance.config.OptionGroup;
import glance.config.Section;
import glance.store.StoreException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;
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

    /** For memory, on an upload's part: all who hold some get on or are given up far sooner. */
    private static final Duration WAITING = Duration.ofMinutes(5);

    /** What is counted. */
    private static final int UNIT_BYTES = 64 * 1024;

    /** Of the budget, kept for re-use when nobody needs it. */
    private static final int IDLE_SHARE = 4;

    private final int stores;
    private final int units;
    private final Semaphore free;
    private final IntFunction<ByteBuffer> allocator;
    /** Units that nobody can take until somebody else has let go of their memory. */
    private final AtomicInteger abandoned = new AtomicInteger();

    private final long idleLimit;
    private final AtomicLong idleBytes = new AtomicLong();
    private final ConcurrentLinkedQueue<ByteBuffer> idle = new ConcurrentLinkedQueue<>();

    static final Option<Integer> MEMORY = Option.integer("memory")
            .atLeast(16)
            .orElse(128)
            .help(
                    "MiB for parts of images on their way to and from remote stores, of all transfers together; each store has"
                            + " the same share. Uploads wait when it is used up; downloads go on with one request at a time."
                            + " While others wait, an upload that does not fill a part within a minute is answered 408."
                            + " Above 256 the JVM has to be given more as well:"
                            + " GLANCE_JAVA_OPTIONS=-XX:MaxDirectMemorySize=…m with this and 256 more.");

    /** Section {@code remote_stores}; ours. */
    public static final OptionGroup OPTIONS =
            new OptionGroup("remote_stores", "What all stores reached over a network share.", List.of(MEMORY));

    /**
     * As configured.
     *
     * @param stores that there are, each of which gets a {@link #share}
     */
    public static PartBudget from(Section section, int stores) {
        return new PartBudget((long) section.get(MEMORY) << 20, Math.max(1, stores), ByteBuffer::allocateDirect);
    }

    /**
     * @param bytes outside of the heap
     */
    public PartBudget(long bytes) {
        this(bytes, 1, ByteBuffer::allocateDirect);
    }

    /** With other memory, for tests. */
    PartBudget(long bytes, int stores, IntFunction<ByteBuffer> allocator) {
        this.stores = stores;
        this.allocator = allocator;
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

        /**
         * Leaves its memory to somebody who still uses it: nobody gets that again, and it counts as taken until {@code over}
         * is complete. One thread.
         */
        @SuppressWarnings("FutureReturnValueIgnored") // giving back cannot fail
        void abandon(CompletableFuture<?> over) {
            if (buffer != null) {
                buffer = null;
                abandoned.addAndGet(reserved);
                over.whenComplete((_, _) -> {
                    abandoned.addAndGet(-reserved);
                    free.release(reserved);
                });
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

    /**
     * Waits until {@code bytes} are free.
     *
     * @throws StoreException.Unavailable when they do not get free, or the process has no such memory
     */
    public Part take(int bytes) throws IOException {
        int needed = unitsOf(bytes);
        // What a store that does not answer keeps may never come back: nobody waits for that.
        if (needed > units - abandoned.get()) {
            throw none(
                    bytes,
                    "of the store's " + bytes() + ", transfers that are not answered hold "
                            + (long) abandoned.get() * UNIT_BYTES,
                    null);
        }
        if (!acquired(needed)) {
            throw none(
                    bytes,
                    "others have used the store's " + bytes() + " for " + WAITING.toMinutes() + " minutes",
                    null);
        }
        try {
            return part(bytes, needed);
        } catch (OutOfMemoryError none) {
            throw none(
                    bytes,
                    "-XX:MaxDirectMemorySize is below what [remote_stores] memory and other transfers need",
                    none);
        }
    }

    private static StoreException none(int bytes, String why, @Nullable Throwable cause) {
        return new StoreException.Unavailable("no memory for a part of " + bytes + " bytes: " + why, cause);
    }

    private boolean acquired(int needed) throws InterruptedIOException {
        try {
            return free.tryAcquire(needed, WAITING.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for memory");
        }
    }

    /** {@code bytes}, or null when that many are not free now. */
    public @Nullable Part tryTake(int bytes) {
        int needed = unitsOf(bytes);
        if (free.hasQueuedThreads() || !free.tryAcquire(needed)) {
            return null;
        }
        try {
            return part(bytes, needed);
        } catch (OutOfMemoryError none) {
            return null;
        }
    }

    /** A part larger than the budget takes all of it. */
    private int unitsOf(int bytes) {
        return Math.clamp(Math.ceilDiv(bytes, UNIT_BYTES), 1, units);
    }

    /** What was reserved for it is free again when there is no such memory. */
    private Part part(int bytes, int reserved) {
        boolean got = false;
        try {
            Part part = new Part(bytes, reserved, memory(bytes));
            got = true;
            return part;
        } finally {
            if (!got) {
                free.release(reserved);
            }
        }
    }

    private ByteBuffer memory(int bytes) {
        for (ByteBuffer kept = idle.poll(); kept != null; kept = idle.poll()) {
            idleBytes.addAndGet(-kept.capacity());
            if (kept.capacity() >= bytes && kept.capacity() / 2 <= bytes) {
                return kept;
            }
            // Of the wrong size: the stores' settings or the images have changed.
        }
        return allocator.apply(bytes);
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
