package glance.store.front;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A part of the window: a file whose name is gone already, so that a crash leaves nothing. Filled once from the front and never
 * written again, since the kernel may still be sending its pages long after a reader is through with it. Its counts are the
 * flight's to guard.
 */
final class Segment {
    static final int BYTES = 1 << 20;

    final FileChannel file;
    final long start;
    /** Readers who will still need it. */
    int claims;

    private int filled;
    private int pins;
    private boolean dropped;

    private Segment(FileChannel file, long start) {
        this.file = file;
        this.start = start;
    }

    /** An empty one for the bytes from {@code start}. */
    static Segment create(Path directory, long start) throws IOException {
        Path name = Files.createTempFile(directory, "glance-shared-", null);
        try {
            return new Segment(FileChannel.open(name, StandardOpenOption.READ, StandardOpenOption.WRITE), start);
        } finally {
            Files.delete(name);
        }
    }

    /** Takes what fits; only the thread that fills the window. */
    int fill(ByteBuffer source) throws IOException {
        ByteBuffer fitting = source.duplicate();
        fitting.limit(source.position() + Math.min(source.remaining(), BYTES - filled));
        int count = fitting.remaining();
        while (fitting.hasRemaining()) {
            file.write(fitting, filled + (count - fitting.remaining()));
        }
        source.position(fitting.limit());
        filled += count;
        return count;
    }

    boolean isFull() {
        return filled == BYTES;
    }

    void pin() {
        pins++;
    }

    /** Whether the file is nobody's any more and is to be closed. */
    boolean unpin() {
        pins--;
        return dropped && pins == 0;
    }

    /** Takes it out of the window; whether its file is to be closed now. */
    boolean drop() {
        dropped = true;
        return pins == 0;
    }
}
