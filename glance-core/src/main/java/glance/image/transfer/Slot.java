package glance.image.transfer;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One chunk on its way through the digests. Filled by the transfer's thread, then only read; the last lane to finish with
 * it makes it free again.
 */
final class Slot {
    final byte[] bytes;
    private final AtomicInteger readers = new AtomicInteger();
    private int length;

    Slot(byte[] bytes) {
        this.bytes = bytes;
    }

    /** Takes as much of {@code source} as fits. */
    void fill(ByteBuffer source) {
        int count = Math.min(source.remaining(), bytes.length - length);
        source.get(bytes, length, count);
        length += count;
    }

    boolean isFull() {
        return length == bytes.length;
    }

    int length() {
        return length;
    }

    void lend(int count) {
        readers.set(count);
    }

    /** Whether this was the last reader; then the slot is empty again. */
    boolean giveBack() {
        if (readers.decrementAndGet() > 0) {
            return false;
        }
        length = 0;
        return true;
    }
}
