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

    /** A chunk with arbitrary content, or null when all are in use: the caller works without, it does not wait. */
    byte @Nullable [] tryTake() {
        if (!permits.tryAcquire()) {
            return null;
        }
        byte[] chunk = idle.poll();
        return chunk == null ? new byte[chunkBytes] : chunk;
    }

    void give(byte[] chunk) {
        idle.add(chunk);
        permits.release();
    }

    int chunkBytes() {
        return chunkBytes;
    }

    /** Chunks that may still be taken. */
    int available() {
        return permits.availablePermits();
    }
}
