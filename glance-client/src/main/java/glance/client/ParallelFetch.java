package glance.client;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Brings the segments of one image that a part lacks, over several connections at once, and hashes the whole.
 *
 * <p>Each connection has a thread, takes the first segment nobody has, and writes it where it belongs. The calling thread
 * hashes behind them: a hash needs the bytes in order, so it reads each segment back, from the page cache as it has just
 * been written, when all before it are hashed. A connection that breaks goes on where it stopped, a few times. The
 * first failure ends all; what has come stays, and the state knows it.
 */
final class ParallelFetch {
    /** With fewer segments, one connection is done before the others are open. */
    static final int WORTH_SEGMENTS = 4;

    static final long SEGMENT_BYTES = 16L << 20;
    private static final int CONNECTIONS = 4;
    private static final int ATTEMPTS = 4;
    private static final long PAUSE_MILLIS = 200;
    private static final int BUFFER_BYTES = 256 << 10;

    /** Brings bytes of the image; each connection has its own. */
    interface Source extends Closeable {
        /** @param end behind the last byte wanted */
        ImageData open(long start, long end);

        @Override
        void close();
    }

    /** Makes the sources. */
    interface Sources {
        Source another();
    }

    private final Sources sources;
    private final PartState state;
    private final FileChannel part;
    private final Progress progress;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Set<ImageData> open = ConcurrentHashMap.newKeySet();
    private int next;
    private @Nullable Exception failure;
    private volatile boolean over;

    ParallelFetch(Sources sources, PartState state, FileChannel part, Progress progress) {
        this.sources = sources;
        this.state = state;
        this.part = part;
        this.progress = progress;
    }

    /**
     * Fetches what is missing and hashes all.
     *
     * @throws Download.Broken when the service stopped sending
     * @throws IOException when the part cannot be written or read
     * @throws ClientException when the service refuses
     */
    Verdict run(Expected expected) throws IOException {
        progress.moved(state.bytes());
        List<Thread> workers = new ArrayList<>();
        for (int i = 0; i < CONNECTIONS; i++) {
            workers.add(Thread.ofPlatform().daemon().name("image-range-" + i).start(this::work));
        }
        try {
            Verdict verdict = new Verdict(expected, hash(expected.digest()));
            progress.end();
            return verdict;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new Download.Broken("interrupted", new IOException(stopped));
        } finally {
            over = true;
            for (ImageData each : open) {
                each.close(); // wakes whoever reads it
            }
            // None may write any more when the file is cut or begun anew.
            for (Thread worker : workers) {
                awaitEnd(worker);
            }
        }
    }

    private static void awaitEnd(Thread worker) {
        try {
            worker.join(Duration.ofSeconds(30));
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private String hash(MessageDigest digest) throws IOException, InterruptedException {
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
        for (int segment = 0; segment < state.segments(); segment++) {
            await(segment);
            for (long at = state.start(segment); at < state.end(segment); at += buffer.limit()) {
                buffer.clear().limit((int) Math.min(BUFFER_BYTES, state.end(segment) - at));
                while (buffer.hasRemaining()) {
                    if (part.read(buffer, at + buffer.position()) < 0) {
                        throw new EOFException("the file became shorter while it was read");
                    }
                }
                digest.update(buffer.array(), 0, buffer.limit());
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private void await(int segment) throws IOException, InterruptedException {
        lock.lock();
        try {
            while (!state.has(segment)) {
                switch (failure) {
                    case null -> changed.await();
                    case IOException broken -> throw broken;
                    case RuntimeException refused -> throw refused;
                    case Exception other -> throw new IllegalStateException(other);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private void work() {
        try (Source source = sources.another()) {
            for (int segment = take(); segment >= 0; segment = take()) {
                if (fetch(source, segment)) {
                    state.add(segment);
                    signal(null);
                }
            }
        } catch (IOException | RuntimeException failed) {
            signal(failed);
        } catch (Error fatal) {
            signal(new IllegalStateException("fetching a range failed: " + fatal, fatal));
            throw fatal;
        }
    }

    /** The next segment to fetch; -1 when there is none. */
    private int take() {
        lock.lock();
        try {
            while (next < state.segments() && state.has(next)) {
                next++;
            }
            return over || failure != null || next == state.segments() ? -1 : next++;
        } finally {
            lock.unlock();
        }
    }

    private void signal(@Nullable Exception failed) {
        lock.lock();
        try {
            failure = failure == null ? failed : failure;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** False when everything was over before. */
    private boolean fetch(Source source, int segment) throws IOException {
        long at = state.start(segment);
        for (int attempt = 1; at < state.end(segment) && !over; attempt++) {
            try {
                at = fetch(source, at, state.end(segment));
            } catch (Interruption broken) {
                at = broken.reached;
                if (attempt == ATTEMPTS || over) {
                    throw new Download.Broken(broken.getMessage(), broken);
                }
                pause(attempt);
            }
        }
        return at == state.end(segment);
    }

    private static void pause(int attempt) throws IOException {
        try {
            Thread.sleep(PAUSE_MILLIS * attempt);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", stopped);
        }
    }

    private long fetch(Source source, long start, long end) throws IOException {
        long at = start;
        try (ImageData data = opened(source, start, end)) {
            open.add(data);
            try {
                byte[] bytes = new byte[BUFFER_BYTES];
                while (at < end && !over) {
                    int length = read(data, bytes, (int) Math.min(bytes.length, end - at), at);
                    ByteBuffer piece = ByteBuffer.wrap(bytes, 0, length);
                    while (piece.hasRemaining()) {
                        at += part.write(piece, at);
                    }
                    moved(length);
                }
                return at;
            } finally {
                open.remove(data);
            }
        }
    }

    private ImageData opened(Source source, long start, long end) throws IOException {
        try {
            ImageData data = source.open(start, end);
            if (data.offset() == start && data.size().orElse(-1) == state.size()) {
                return data;
            }
            data.close();
            throw new Download.Broken(
                    "the service sent another range than asked for, or another image",
                    new IOException("asked for the bytes from " + start + " of " + state.size()));
        } catch (HttpFailure refused) {
            throw refused;
        } catch (ClientException unreachable) {
            throw new Interruption(start, new IOException(unreachable.getMessage(), unreachable));
        }
    }

    private static int read(ImageData data, byte[] bytes, int wanted, long at) throws Interruption {
        try {
            int length = data.bytes().readNBytes(bytes, 0, wanted);
            if (length == 0) {
                throw new EOFException("the answer ended before the range did");
            }
            return length;
        } catch (IOException gone) {
            throw new Interruption(at, gone);
        }
    }

    private void moved(int bytes) {
        lock.lock();
        try {
            progress.moved(bytes);
        } finally {
            lock.unlock();
        }
    }

    /** A connection broke; the bytes before {@code reached} are written. */
    private static final class Interruption extends IOException {
        private static final long serialVersionUID = 1;

        final long reached;

        Interruption(long reached, IOException cause) {
            super(Text.reason(cause), cause);
            this.reached = reached;
        }
    }
}
