package glance.client;

import java.io.Closeable;
import java.io.InterruptedIOException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * Hashes pieces on a thread of its own while the caller reads and writes the next ones: SHA-512 is as slow as the
 * network is fast. Owns a fixed number of buffers; the caller takes one, fills it and gives it back with its length.
 */
final class BackgroundDigest implements Closeable {
    static final int BUFFER_BYTES = 256 << 10;
    private static final int BUFFERS = 8;

    /** A buffer and how much of it counts; {@code length < 0} ends the work. */
    private static final class Piece {
        final byte[] bytes;
        final int length;

        Piece(byte[] bytes, int length) {
            this.bytes = bytes;
            this.length = length;
        }
    }

    private final MessageDigest digest;
    private final BlockingQueue<byte[]> free = new ArrayBlockingQueue<>(BUFFERS);
    private final BlockingQueue<Piece> filled = new ArrayBlockingQueue<>(BUFFERS + 1);
    private final Thread worker;

    BackgroundDigest(MessageDigest digest) {
        this.digest = digest;
        for (int i = 0; i < BUFFERS; i++) {
            free.add(new byte[BUFFER_BYTES]);
        }
        this.worker = Thread.ofPlatform().daemon().name("image-digest").start(this::work);
    }

    private void work() {
        try {
            for (Piece next = filled.take(); next.length >= 0; next = filled.take()) {
                digest.update(next.bytes, 0, next.length);
                free.add(next.bytes);
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt(); // the owner gave up, nobody asks for the value
        }
    }

    /** A buffer to fill; waits for the hashing to catch up. */
    byte[] buffer() throws InterruptedIOException {
        try {
            return free.take();
        } catch (InterruptedException stopped) {
            throw interrupted();
        }
    }

    /** Gives a buffer back, its first {@code length} bytes being the next of the image. */
    void hash(byte[] buffer, int length) {
        filled.add(new Piece(buffer, length));
    }

    /** The value over everything given so far, in lower-case hex. Ends the work. */
    String hex() throws InterruptedIOException {
        filled.add(new Piece(new byte[0], -1));
        try {
            worker.join();
        } catch (InterruptedException stopped) {
            throw interrupted();
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static InterruptedIOException interrupted() {
        Thread.currentThread().interrupt();
        return new InterruptedIOException("interrupted");
    }

    @Override
    public void close() {
        worker.interrupt();
    }
}
