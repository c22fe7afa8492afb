package glance.image.transfer;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Some bytes on their way through the digests: gathered in a chunk of its own, or lent by whoever received them. Filled by the
 * transfer's thread, then only read; the last lane to finish with it makes it free again.
 */
final class Slot {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final AtomicInteger readers = new AtomicInteger();
    private byte @Nullable [] chunk;
    private int length;
    private ByteBuffer lent = NOTHING;
    private @Nullable Runnable release;

    /** Gathers as much of {@code source} as fits; whether it is full now. */
    boolean fill(ByteBuffer source, ChunkPool pool) {
        byte[] into = chunk;
        if (into == null) {
            into = pool.chunk();
            chunk = into;
        }
        int count = Math.min(source.remaining(), into.length - length);
        source.get(into, length, count);
        length += count;
        return length == into.length;
    }

    /** Holds {@code bytes} themselves until the last lane is through. */
    void borrow(ByteBuffer bytes, Runnable giveBack) {
        lent = bytes;
        release = giveBack;
    }

    /** What is to be digested; each call gives a buffer of its own. */
    ByteBuffer bytes() {
        byte[] gathered = chunk;
        return release == null && gathered != null ? ByteBuffer.wrap(gathered, 0, length) : lent.duplicate();
    }

    void lend(int count) {
        readers.set(count);
    }

    /** Whether this was the last reader; then the slot is empty again. */
    boolean giveBack() {
        if (readers.decrementAndGet() > 0) {
            return false;
        }
        empty();
        return true;
    }

    private void empty() {
        length = 0;
        Runnable done = release;
        if (done != null) {
            release = null;
            lent = NOTHING;
            done.run();
        }
    }

    /** Its chunk, which it has no more; null when it never gathered. */
    byte @Nullable [] surrender() {
        byte[] memory = chunk;
        chunk = null;
        return memory;
    }
}
