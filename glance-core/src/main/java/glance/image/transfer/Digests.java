package glance.image.transfer;

import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * The two digests of one transfer, computed beside it: bytes are copied once into pooled slots, and each full slot goes to
 * both lanes. The transfer waits only when all its slots are under way, which is the back-pressure of the whole upload.
 *
 * <p>A body smaller than one slot never leaves the caller's thread. When the shared pool is empty, the transfer waits for
 * its own slots, or without any hands the bytes themselves to the digest threads and waits for them: slower, but no
 * number of stalled uploads can stop the others. One thread, but for {@link #freed}.
 */
final class Digests implements AutoCloseable {
    private static final HexFormat HEX = HexFormat.of();
    private static final int LANES = 2;

    private final ChunkPool pool;
    private final Executor threads;
    private final int maxSlots;
    private final DigestLane checksum;
    private final DigestLane multihash;
    private final LinkedBlockingQueue<Slot> free = new LinkedBlockingQueue<>();
    private volatile boolean closed;
    private int slots;
    private boolean lanesUsed;
    private @Nullable Slot filling;

    /** Both values, lower-case hex. */
    record Values(String checksum, String multihash) {}

    Digests(HashAlgorithm algorithm, ChunkPool pool, int maxSlots, Executor threads) {
        this.pool = pool;
        this.threads = threads;
        this.maxSlots = maxSlots;
        this.checksum = new DigestLane(HashAlgorithm.digest("MD5"), threads, this::freed);
        this.multihash = new DigestLane(algorithm.digest(), threads, this::freed);
    }

    /** Takes all of {@code bytes}; the buffer is not used after the return. */
    void update(ByteBuffer bytes) throws InterruptedIOException {
        while (bytes.hasRemaining()) {
            Slot slot = filling == null ? nextSlot() : filling;
            if (slot == null) {
                digestWithoutSlot(bytes);
                return;
            }
            filling = slot;
            slot.fill(bytes);
            if (slot.isFull()) {
                send(slot);
            }
        }
    }

    /** The digests of everything. */
    Values finish() throws InterruptedIOException {
        Slot last = filling;
        if (!lanesUsed) {
            if (last != null) {
                ByteBuffer rest = ByteBuffer.wrap(last.bytes, 0, last.length());
                checksum.addHere(rest.duplicate());
                multihash.addHere(rest);
            }
            return new Values(HEX.formatHex(checksum.resultHere()), HEX.formatHex(multihash.resultHere()));
        }
        if (last != null) {
            send(last);
        }
        CompletableFuture<byte[]> first = checksum.result();
        CompletableFuture<byte[]> second = multihash.result();
        return new Values(HEX.formatHex(await(first)), HEX.formatHex(await(second)));
    }

    private void send(Slot slot) {
        filling = null;
        lanesUsed = true;
        slot.lend(LANES);
        checksum.add(slot);
        multihash.add(slot);
    }

    /** A slot to fill; waits for one when this transfer has its share, null when it has none and the pool is empty. */
    private @Nullable Slot nextSlot() throws InterruptedIOException {
        Slot slot = free.poll();
        if (slot != null) {
            return slot;
        }
        byte[] chunk = slots < maxSlots ? pool.tryTake() : null;
        if (chunk != null) {
            slots++;
            return new Slot(chunk);
        }
        if (slots == 0) {
            return null;
        }
        try {
            return free.take();
        } catch (InterruptedException stop) {
            throw interrupted();
        }
    }

    /**
     * With no slot taken nothing is queued either, so the order of the bytes is kept. Waits whatever happens: the buffer's
     * memory may be gone after the return.
     */
    private void digestWithoutSlot(ByteBuffer bytes) {
        ByteBuffer second = bytes.duplicate();
        CompletableFuture.allOf(
                        CompletableFuture.runAsync(() -> checksum.addHere(bytes), threads),
                        CompletableFuture.runAsync(() -> multihash.addHere(second), threads))
                .join();
    }

    private void freed(Slot slot) {
        if (slot.giveBack()) {
            free.add(slot);
            if (closed) {
                returnFree();
            }
        }
    }

    private void returnFree() {
        for (Slot slot = free.poll(); slot != null; slot = free.poll()) {
            pool.give(slot.bytes);
        }
    }

    /** Gives the slots back to the pool, those still under way as soon as their lanes are through with them. */
    @Override
    public void close() {
        checksum.abandon();
        multihash.abandon();
        Slot unsent = filling;
        if (unsent != null) {
            free.add(unsent);
            filling = null;
        }
        closed = true;
        returnFree();
    }

    private static <T> T await(CompletableFuture<T> future) throws InterruptedIOException {
        try {
            return future.get();
        } catch (InterruptedException stop) {
            throw interrupted();
        } catch (ExecutionException failed) {
            throw new IllegalStateException("digesting failed", failed.getCause());
        }
    }

    private static InterruptedIOException interrupted() {
        Thread.currentThread().interrupt();
        return new InterruptedIOException("interrupted while digesting");
    }
}
