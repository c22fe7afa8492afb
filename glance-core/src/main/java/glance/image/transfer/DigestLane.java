package glance.image.transfer;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Feeds slots to its digests, in order, on the digest threads. At most one thread works for a lane at a time, and after a
 * few slots it goes to the end of the executor's queue, so that many transfers share few threads evenly.
 */
final class DigestLane {
    /** Slots digested before another lane gets the thread: about a millisecond of work. */
    private static final int TURN = 4;

    /**
     * Bytes that go through one digest after the other while they are in the core's nearest cache; larger makes the second
     * fetch them again.
     */
    private static final int STEP_BYTES = 16 * 1024;

    private final List<MessageDigest> digests;
    private final Executor threads;
    private final Consumer<Slot> done;
    private final ConcurrentLinkedQueue<Slot> queue = new ConcurrentLinkedQueue<>();
    /** Queued slots, and one more while {@link #results} are asked for; who raises it from 0 starts the lane. */
    private final AtomicInteger pending = new AtomicInteger();

    private final CompletableFuture<List<byte[]>> results = new CompletableFuture<>();
    private volatile boolean abandoned;
    /** Where bytes outside of the heap pass through, since digests want arrays. */
    private byte @Nullable [] stage;

    /**
     * @param done told about each slot when this lane needs it no more, on a digest thread
     */
    DigestLane(List<MessageDigest> digests, Executor threads, Consumer<Slot> done) {
        this.digests = List.copyOf(digests);
        this.threads = threads;
        this.done = done;
    }

    void add(Slot slot) {
        queue.add(slot);
        start();
    }

    /** Digests now, on the calling thread; only while nothing is queued and nobody else adds. */
    void addHere(ByteBuffer bytes) {
        digest(bytes);
    }

    /** The digests in the order given, once everything added before has passed. */
    CompletableFuture<List<byte[]>> results() {
        start();
        return results;
    }

    /** The digests of what {@link #addHere} got. */
    List<byte[]> resultsHere() {
        return digests.stream().map(MessageDigest::digest).toList();
    }

    /** The digests are not wanted any more: what is queued passes through undigested. */
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
            results.complete(resultsHere());
            return;
        }
        try {
            if (!abandoned) {
                digest(slot.bytes());
            }
        } finally {
            done.accept(slot);
        }
    }

    private void digest(ByteBuffer bytes) {
        if (bytes.hasArray()) {
            for (int count; bytes.hasRemaining(); bytes.position(bytes.position() + count)) {
                count = Math.min(STEP_BYTES, bytes.remaining());
                digest(bytes.array(), bytes.arrayOffset() + bytes.position(), count);
            }
            return;
        }
        byte[] array = stage();
        while (bytes.hasRemaining()) {
            int count = Math.min(array.length, bytes.remaining());
            bytes.get(array, 0, count);
            digest(array, 0, count);
        }
    }

    private byte[] stage() {
        byte[] array = stage;
        if (array == null) {
            array = new byte[STEP_BYTES];
            stage = array;
        }
        return array;
    }

    private void digest(byte[] array, int offset, int count) {
        for (MessageDigest digest : digests) {
            digest.update(array, offset, count);
        }
    }
}
