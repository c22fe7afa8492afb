package glance.image.transfer;

import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * The two digests of one transfer, computed beside it: bytes are copied once into pooled slots, or lent by who received
 * them, and each slot goes to every lane. The transfer waits only when all its slots are under way, which is the back-pressure of the whole upload.
 *
 * <p>A body smaller than one slot never leaves the caller's thread. When the shared pool is empty, the transfer waits for
 * its own slots, or without any hands the bytes themselves to the digest threads and waits for them: slower, but no
 * number of stalled uploads can stop the others. One thread, but for {@link #freed}.
 */
final class Digests implements AutoCloseable {
    /** Fewer are cheaper gathered: a slot holds them as if they were a chunk. */
    private static final int BORROWED_BYTES = 32 * 1024;

    private static final HexFormat HEX = HexFormat.of();

    private final ChunkPool pool;
    private final Executor threads;
    private final int maxSlots;
    private final List<DigestLane> lanes;
    private final LinkedBlockingQueue<Slot> free = new LinkedBlockingQueue<>();
    private volatile boolean closed;
    private final Where where;
    private int slots;
    private boolean lanesUsed;
    private @Nullable Slot filling;

    /** Where the digests run. What fits depends on how many transfers share how many cores. */
    enum Where {
        /** Each on a thread of its own: sooner done while cores are idle. */
        SIDE_BY_SIDE,
        /**
         * On the thread that brings the bytes, which gives way after each buffer. The cheapest: nothing is handed over, and the
         * bytes are still in the core's caches. What else runs on virtual threads waits for one buffer of each such transfer.
         */
        IN_PLACE,
        /** Both on one thread, of a fixed number: the bytes go through a core's caches once, and nobody else waits for them. */
        IN_TURN
    }

    /** Both values, lower-case hex. */
    record Values(String checksum, String multihash) {}

    Digests(HashAlgorithm algorithm, ChunkPool pool, int maxSlots, Executor threads, Where where) {
        this.pool = pool;
        this.threads = threads;
        this.maxSlots = maxSlots;
        this.where = where;
        MessageDigest checksum = HashAlgorithm.digest("MD5");
        MessageDigest multihash = algorithm.digest();
        List<List<MessageDigest>> shared = where == Where.SIDE_BY_SIDE
                ? List.of(List.of(checksum), List.of(multihash))
                : List.of(List.of(checksum, multihash));
        this.lanes = shared.stream()
                .map(digests -> new DigestLane(digests, threads, this::freed))
                .toList();
    }

    /** Takes all of {@code bytes}; the buffer is not used after the return. */
    void update(ByteBuffer bytes) throws InterruptedIOException {
        if (where == Where.IN_PLACE) {
            lanes.getFirst().addHere(bytes);
            giveWay();
            return;
        }
        while (bytes.hasRemaining()) {
            Slot slot = filling == null ? nextSlot() : filling;
            if (slot == null) {
                digestWithoutSlot(bytes);
                return;
            }
            filling = slot;
            if (slot.fill(bytes, pool)) {
                send(slot);
            }
        }
    }

    // A virtual thread's turn does not end by itself, so that this is more than a hint.
    @SuppressWarnings("ThreadPriorityCheck")
    private static void giveWay() {
        Thread.yield();
    }

    /** Takes all of {@code bytes}, which stay as they are until {@code release} has run. */
    void update(ByteBuffer bytes, Runnable release) throws InterruptedIOException {
        Slot slot = null;
        try {
            if (where != Where.IN_PLACE && lanesUsed && bytes.remaining() >= BORROWED_BYTES) {
                sendGathered();
                slot = nextSlot();
            }
            if (slot == null) {
                update(bytes);
            }
        } finally {
            if (slot == null) {
                release.run();
            }
        }
        if (slot != null) {
            slot.borrow(bytes, release);
            send(slot);
        }
    }

    /** The digests of everything. */
    Values finish() throws InterruptedIOException {
        Slot last = filling;
        if (lanesUsed) {
            sendGathered();
        } else if (last != null) {
            lanes.forEach(lane -> lane.addHere(last.bytes()));
        }
        List<String> values = new ArrayList<>();
        for (List<byte[]> digests : results()) {
            digests.forEach(digest -> values.add(HEX.formatHex(digest)));
        }
        return new Values(values.getFirst(), values.getLast());
    }

    private List<List<byte[]>> results() throws InterruptedIOException {
        if (!lanesUsed) {
            return lanes.stream().map(DigestLane::resultsHere).toList();
        }
        List<CompletableFuture<List<byte[]>>> asked =
                lanes.stream().map(DigestLane::results).toList();
        List<List<byte[]>> results = new ArrayList<>();
        for (CompletableFuture<List<byte[]>> one : asked) {
            results.add(await(one));
        }
        return results;
    }

    private void sendGathered() {
        Slot gathered = filling;
        if (gathered != null) {
            send(gathered);
        }
    }

    private void send(Slot slot) {
        filling = null;
        lanesUsed = true;
        slot.lend(lanes.size());
        lanes.forEach(lane -> lane.add(slot));
    }

    /** A slot to fill; waits for one when this transfer has its share, null when it has none and the pool is empty. */
    private @Nullable Slot nextSlot() throws InterruptedIOException {
        Slot slot = free.poll();
        if (slot != null) {
            return slot;
        }
        if (slots < maxSlots && pool.tryTake()) {
            slots++;
            return new Slot();
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
        CompletableFuture.allOf(lanes.stream()
                        .map(lane -> CompletableFuture.runAsync(() -> lane.addHere(bytes.duplicate()), threads))
                        .toArray(CompletableFuture<?>[]::new))
                .join();
        bytes.position(bytes.limit());
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
            pool.give(slot.surrender());
        }
    }

    /** Gives the slots back to the pool, those still under way as soon as their lanes are through with them. */
    @Override
    public void close() {
        lanes.forEach(DigestLane::abandon);
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
