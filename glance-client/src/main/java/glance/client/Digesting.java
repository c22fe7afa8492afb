package glance.client;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import org.jspecify.annotations.Nullable;

/** Follows the bytes of one download: hashes them when there is something to compare with, and tells the progress. */
final class Digesting implements Closeable {
    private final @Nullable Expected expected;
    private final @Nullable BackgroundDigest digest;
    private final byte[] unhashed;
    private final Progress progress;

    Digesting(@Nullable Expected expected, Progress progress) {
        this.expected = expected;
        this.digest = expected == null ? null : new BackgroundDigest(expected.digest());
        this.unhashed = new byte[digest == null ? BackgroundDigest.BUFFER_BYTES : 0];
        this.progress = progress;
    }

    /** A buffer to fill. */
    byte[] buffer() throws IOException {
        return digest == null ? unhashed : digest.buffer();
    }

    /** The first {@code length} bytes of {@code buffer} are the next of the image. */
    void took(byte[] buffer, int length) {
        if (digest != null) {
            digest.hash(buffer, length);
        }
        progress.moved(length);
    }

    /** Takes the next {@code bytes} from the file, leaving its position behind them. */
    void read(FileChannel file, long bytes) throws IOException {
        for (long left = bytes; left > 0; ) {
            byte[] buffer = buffer();
            int length = file.read(ByteBuffer.wrap(buffer, 0, (int) Math.min(buffer.length, left)));
            if (length < 0) {
                throw new EOFException("the file became shorter while it was read");
            }
            took(buffer, length);
            left -= length;
        }
    }

    Verdict verdict() throws IOException {
        return new Verdict(expected, digest == null ? "" : digest.hex());
    }

    @Override
    public void close() {
        if (digest != null) {
            digest.close();
        }
    }
}
