package glance.image.transfer;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** Chunks of memory shared by all transfers; never more than its bound, made when first needed. Thread-safe. */
final class ChunkPool {
    private final ConcurrentLinkedQueue<byte[]> idle = new ConcurrentLinkedQueue<>();
    private final Semaphore permits;
    private final int chunkBytes;

    ChunkPool(int chunks, int chunkBytes) {
        this.permits = new Semaphore(chunks);
        this.chunkBytes = chunkBytes;
    }

    /** Takes one of the chunks there may be; false when all are in use: the caller works without, it does not wait. */
    boolean tryTake() {
        return permits.tryAcquire();
    }

    /** The memory of a chunk taken, with arbitrary content. */
    byte[] chunk() {
        byte[] chunk = idle.poll();
        return chunk == null ? new byte[chunkBytes] : chunk;
    }

    /** Gives back a chunk taken, and its memory if that was asked for. */
    void give(byte @Nullable [] chunk) {
        if (chunk != null) {
            idle.add(chunk);
        }
        permits.release();
    }

    /** Chunks that may still be taken. */
    int available() {
        return permits.availablePermits();
    }
}
