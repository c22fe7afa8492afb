package glance.image.transfer;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Feeds slots to one digest, in order, on the digest threads. At most one thread works for a lane at a time, and after a
 * few slots it goes to the end of the executor's queue, so that many transfers share few threads evenly.
 */
final class DigestLane {
    /** Slots digested before another lane gets the thread: about a millisecond of work. */
    private static final int TURN = 4;

    private final MessageDigest digest;
    private final Executor threads;
    private final Consumer<Slot> done;
    private final ConcurrentLinkedQueue<Slot> queue = new ConcurrentLinkedQueue<>();
    /** Queued slots, and one more while {@link #result} is asked for; who raises it from 0 starts the lane. */
    private final AtomicInteger pending = new AtomicInteger();

    private final CompletableFuture<byte[]> result = new CompletableFuture<>();
    private volatile boolean abandoned;

    /**
     * @param done told about each slot when this lane needs it no more, on a digest thread
     */
    DigestLane(MessageDigest digest, Executor threads, Consumer<Slot> done) {
        this.digest = digest;
        this.threads = threads;
        this.done = done;
    }

    void add(Slot slot) {
        queue.add(slot);
        start();
    }

    /** Digests now, on the calling thread; only while nothing is queued and nobody else adds. */
    void addHere(ByteBuffer bytes) {
        digest.update(bytes);
    }

    /** The digest, once everything added before has passed. */
    CompletableFuture<byte[]> result() {
        start();
        return result;
    }

    /** The digest of what {@link #addHere} got. */
    byte[] resultHere() {
        return digest.digest();
    }

    /** The digest is not wanted any more: what is queued passes through undigested. */
    void abandon() {
        abandoned = true;
    }

    private void start() {
        if (pending.getAndIncrement() == 0) {
            threads.execute(this::turn);
        }
    }

    private void turn() {
        for (int i = 1; ; i++) {
            step();
            if (pending.decrementAndGet() == 0) {
                return;
            }
            if (i == TURN) {
                threads.execute(this::turn);
                return;
            }
        }
    }

    private void step() {
        Slot slot = queue.poll();
        if (slot == null) {
            result.complete(digest.digest());
            return;
        }
        try {
            if (!abandoned) {
                digest.update(slot.bytes, 0, slot.length());
            }
        } finally {
            done.accept(slot);
        }
    }
}
