package glance.store.front;

import glance.store.Payload;
import glance.store.StoreException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One read of a store that several readers follow. A thread of its own fills a window of segments; a segment is dropped when
 * every reader is past it and room is needed, so the fastest is never further ahead of the slowest than the window. Who
 * holds up others and does not get on is left behind and reads on by himself.
 *
 * <p>Readers may join as long as the first byte is in the window. While they keep coming it stays there, so that a crowd that
 * arrives within a second is one crowd; a lone reader never waits for anybody.
 */
final class Flight {
    private static final Logger LOG = LoggerFactory.getLogger(Flight.class);

    /** How long readers may wait for slower ones while none of those gets on, */
    private static final long STALL_NANOS = TimeUnit.SECONDS.toNanos(2);

    /** and how much longer for each reader while they do: a crowd takes its time for every part of the window. */
    private static final long TURN_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    /** A crowd has gathered when nobody came for so long, */
    private static final long GATHER_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /** or the first came so long ago. */
    private static final long GATHER_AT_MOST_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** What each reader of a crowd gets while it gathers: else the first would be far ahead before the last has a byte. */
    private static final long FIRST_BYTES = 64 << 10;

    /** Readers are woken for no less, but for the first bytes and the last. */
    private static final long WAKE_BYTES = 256 << 10;

    private final SharedReadsConfig config;
    private final Semaphore permits;
    private final Payload source;
    private final long length;
    private final Runnable over;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition more = lock.newCondition();
    private final Condition room = lock.newCondition();
    private final List<Segment> window = new ArrayList<>();
    private final Set<Seat> seats = new HashSet<>();
    private final long began = System.nanoTime();
    private long lastJoin;
    private long lastPass;
    private int joined;
    private int waiting;
    private long available;
    private boolean stopped;
    private boolean ended;
    private @Nullable IOException failure;

    /** Only of the thread that fills the window. */
    private long written;

    /** A reader's place in the flight. */
    static final class Seat {
        private long position;
        private boolean alone;
    }

    /** Bytes of a segment that stay until {@link #passed}. */
    record Slice(Segment segment, long offset, long length) {}

    /**
     * @param permits one for every segment there may be
     * @param source closed at the end
     * @param over told once, when nobody can join any more because the flight is ending
     */
    Flight(SharedReadsConfig config, Semaphore permits, Payload source, long length, Runnable over) {
        this.config = config;
        this.permits = permits;
        this.source = source;
        this.length = length;
        this.over = over;
    }

    void start() {
        Thread.ofVirtual().name("shared-read").start(this::run);
    }

    /** A place for a reader of everything; null when the flight is past its beginning. */
    @Nullable
    Seat join() {
        lock.lock();
        try {
            boolean beginningGone = !window.isEmpty() && window.getFirst().start > 0;
            if (stopped || failure != null || beginningGone) {
                return null;
            }
            return board();
        } finally {
            lock.unlock();
        }
    }

    /** The place of the first reader, before the start. */
    Seat board() {
        lock.lock();
        try {
            Seat seat = new Seat();
            seats.add(seat);
            joined++;
            lastJoin = System.nanoTime();
            window.forEach(segment -> segment.claims++);
            return seat;
        } finally {
            lock.unlock();
        }
    }

    /** The next bytes of a reader, waiting for them; null when it was left behind. */
    @Nullable
    Slice next(Seat seat) throws IOException {
        lock.lock();
        try {
            while (!seat.alone && seat.position >= readable()) {
                if (failure != null) {
                    throw new StoreException.Unavailable("the shared read broke: " + failure.getMessage(), failure);
                }
                awaitMore();
            }
            if (seat.alone) {
                return null;
            }
            long first = window.getFirst().start;
            Segment segment = window.get((int) ((seat.position - first) / Segment.BYTES));
            segment.pin();
            long end = Math.min(readable(), segment.start + Segment.BYTES);
            return new Slice(segment, seat.position - segment.start, end - seat.position);
        } finally {
            lock.unlock();
        }
    }

    /** Up to where readers may read now. */
    private long readable() {
        return gathering() > 0 ? Math.min(available, FIRST_BYTES) : available;
    }

    @SuppressWarnings("WaitNotInLoop") // its caller is the loop
    private void awaitMore() throws InterruptedIOException {
        waiting++;
        room.signal(); // whoever holds this reader up is now told from one who merely is slow
        try {
            long gathering = gathering();
            if (gathering > 0) {
                var _ = more.awaitNanos(gathering);
            } else {
                more.await();
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for a shared read");
        } finally {
            waiting--;
        }
    }

    /** The reader needs {@code slice} no more; the next begins after it. */
    void passed(Seat seat, Slice slice) {
        lock.lock();
        try {
            Segment segment = slice.segment();
            seat.position += slice.length();
            if (!seat.alone && seat.position == segment.start + Segment.BYTES) {
                segment.claims--;
                lastPass = System.nanoTime();
                room.signal();
            }
            if (segment.unpin()) {
                close(segment);
            }
        } finally {
            lock.unlock();
        }
    }

    /** The reader goes; the last one ends the flight. */
    void leave(Seat seat) {
        boolean last;
        lock.lock();
        try {
            detach(seat);
            last = seats.isEmpty() && !stopped;
            if (last) {
                stop();
            }
            land();
        } finally {
            lock.unlock();
        }
        if (last) {
            source.close();
        }
    }

    private void detach(Seat seat) {
        if (!seats.remove(seat)) {
            return;
        }
        seat.alone = true;
        for (Segment segment : window) {
            if (segment.start + Segment.BYTES > seat.position) {
                segment.claims--;
            }
        }
    }

    /** Nobody joins any more, nothing more is read. */
    private void stop() {
        stopped = true;
        List.copyOf(seats).forEach(this::detach);
        more.signalAll();
        room.signalAll();
        over.run();
    }

    /** Lets go of the window once neither side will ask for it. */
    private void land() {
        if (!seats.isEmpty() || !ended) {
            return;
        }
        window.forEach(this::drop);
        window.clear();
    }

    private void drop(Segment segment) {
        if (segment.drop()) {
            close(segment);
        }
    }

    private void close(Segment segment) {
        try {
            segment.file.close();
        } catch (IOException unclosed) {
            LOG.warn("closing a window of a shared read failed", unclosed);
        } finally {
            permits.release();
        }
    }

    private void run() {
        IOException broken = new IOException("the read of the store died"); // unless it ends in another way
        try (source) {
            source.transferTo(new Filling());
            broken = written == length
                    ? null
                    : new IOException("the store sent " + written + " of " + length + " bytes");
        } catch (IOException | RuntimeException failed) {
            broken = failed instanceof IOException known ? known : new IOException(failed);
        } finally {
            ended(broken);
        }
    }

    private void ended(@Nullable IOException broken) {
        lock.lock();
        try {
            ended = true;
            available = written;
            if (broken != null && !stopped) {
                failure = broken;
                over.run();
            }
            more.signalAll();
            land();
        } finally {
            lock.unlock();
        }
    }

    /** What the store's payload pours into. */
    private final class Filling implements WritableByteChannel {
        private @Nullable Segment segment;

        @Override
        public int write(ByteBuffer bytes) throws IOException {
            int count = bytes.remaining();
            while (bytes.hasRemaining()) {
                Segment current = segment;
                if (current == null || current.isFull()) {
                    current = nextSegment();
                    segment = current;
                }
                written += fill(current, bytes);
                publish(current.isFull());
            }
            return count;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }

    private int fill(Segment segment, ByteBuffer bytes) throws IOException {
        try {
            return segment.fill(bytes);
        } catch (IOException full) {
            throw dissolve("cannot be written", full);
        }
    }

    private void publish(boolean full) throws IOException {
        lock.lock();
        try {
            if (stopped) {
                throw new ClosedChannelException();
            }
            if (full || available == 0 || written == length || written - available >= WAKE_BYTES) {
                available = written;
                if (waiting > 0) {
                    more.signalAll();
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private Segment nextSegment() throws IOException {
        Segment segment;
        try {
            awaitRoom();
            if (!permits.tryAcquire(STALL_NANOS, TimeUnit.NANOSECONDS)) {
                throw dissolve("is full with other shared reads", null);
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while filling a shared read");
        }
        try {
            segment = Segment.create(config.directory(), written);
        } catch (IOException refused) {
            permits.release();
            throw dissolve("cannot be extended", refused);
        }
        lock.lock();
        try {
            segment.claims = seats.size();
            window.add(segment);
            return segment;
        } finally {
            lock.unlock();
        }
    }

    private void awaitRoom() throws IOException, InterruptedException {
        lock.lock();
        try {
            long heldUp = System.nanoTime();
            while (true) {
                if (stopped) {
                    throw new ClosedChannelException();
                }
                long gathering = gathering();
                if (gathering <= 0) {
                    dropPassed();
                }
                if (window.size() < config.window()) {
                    return;
                }
                if (gathering > 0) {
                    room.awaitNanos(gathering);
                } else if (waiting == 0) {
                    room.await(); // nobody is held up
                    heldUp = System.nanoTime();
                } else if (patience(heldUp) <= 0) {
                    leaveBehind();
                    heldUp = System.nanoTime();
                } else {
                    room.awaitNanos(patience(heldUp));
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** Nanoseconds for which those who are held up since {@code heldUp} go on waiting. */
    private long patience(long heldUp) {
        long now = System.nanoTime();
        long idle = Math.max(heldUp - now, lastPass - now) + STALL_NANOS;
        return Math.min(idle, heldUp - now + STALL_NANOS + seats.size() * TURN_NANOS);
    }

    /** Nanoseconds for which further readers are to be expected. */
    private long gathering() {
        if (joined < 2 || window.isEmpty() || window.getFirst().start > 0) {
            return 0;
        }
        long now = System.nanoTime();
        return Math.min(lastJoin + GATHER_NANOS - now, began + GATHER_AT_MOST_NANOS - now);
    }

    private void dropPassed() {
        while (window.size() >= config.window() && window.getFirst().claims == 0) {
            drop(window.removeFirst());
        }
    }

    private void leaveBehind() {
        long end = window.getFirst().start + Segment.BYTES;
        for (Seat seat : List.copyOf(seats)) {
            if (seat.position < end) {
                LOG.debug("reader left behind position={} available={}", seat.position, available);
                detach(seat);
            }
        }
    }

    /** Everyone goes on alone. */
    private IOException dissolve(String why, @Nullable IOException cause) {
        LOG.warn(
                "shared read is given up, its readers read by themselves: the window {} directory={}",
                why,
                config.directory(),
                cause);
        lock.lock();
        try {
            if (!stopped) {
                stop();
            }
        } finally {
            lock.unlock();
        }
        return new IOException("shared read given up", cause);
    }
}
