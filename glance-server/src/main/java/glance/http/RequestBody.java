package glance.http;

import glance.store.HurriedSink;
import glance.store.Payload;
import glance.store.RetainingSink;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A request's data between two threads: the event loop puts what it received, the request's virtual thread takes it. Reading
 * is on demand: the loop reads ahead up to {@link #HIGH_BYTES} once the handler has begun to read, stops there, and is asked
 * again when half of it is gone.
 *
 * <p>No lock: one thread puts, one takes; what is written before the offer (or before {@code complete} and {@code failure}) is
 * seen by the taker. The taker publishes itself in {@code waiter} before its last look, so no wake-up is lost.
 */
final class RequestBody implements Payload {
    /** Where reading ahead stops. */
    static final int HIGH_BYTES = 4 << 20;

    /** How often a sink that is in a hurry is asked for how long it still waits. */
    private static final long LOOK_NANOS = 1_000_000_000;

    /** What the taker asks of its connection. */
    interface Demand {
        /** The handler began to read. */
        void begun();

        /** There is room for more. */
        void more();
    }

    private final long announced;
    private final Demand demand;
    private final Connections connections;
    private final Queue<ByteBuf> parts = new ConcurrentLinkedQueue<>();
    private final AtomicInteger held = new AtomicInteger();
    private volatile boolean complete;
    private volatile boolean closed;
    private volatile @Nullable Refusal failure;
    private volatile @Nullable Thread waiter;
    private volatile boolean full;
    private boolean begun;
    // Event loop only.
    private long received;
    private boolean wanted;
    private @Nullable ByteBuf small;

    /** {@code announced}: bytes, or {@link RequestHead#CHUNKED}. */
    RequestBody(long announced, Demand demand, Connections connections) {
        this.announced = announced;
        this.demand = demand;
        this.connections = connections;
        this.complete = announced == 0;
    }

    // --- the request's thread ---

    @Override
    public OptionalLong length() {
        return announced < 0 ? OptionalLong.empty() : OptionalLong.of(announced);
    }

    @Override
    public long transferTo(WritableByteChannel sink) throws IOException {
        if (!begun) {
            begun = true;
            if (!complete) {
                demand.begun();
            }
        }
        HurriedSink hurried = sink instanceof HurriedSink own ? own : null;
        long moved = 0;
        for (ByteBuf part = next(hurried); part != null; part = next(hurried)) {
            int size = part.readableBytes();
            try {
                pour(part, sink);
            } finally {
                part.release();
                taken(size);
            }
            moved += size;
        }
        return moved;
    }

    private static void pour(ByteBuf part, WritableByteChannel sink) throws IOException {
        if (sink instanceof RetainingSink keeper && part.nioBufferCount() == 1) {
            part.retain();
            keeper.write(part.nioBuffer(), part::release);
            return;
        }
        for (ByteBuffer buffer : part.nioBuffers()) {
            while (buffer.hasRemaining()) {
                sink.write(buffer);
            }
        }
    }

    /** The next part, or null at the end. */
    private @Nullable ByteBuf next(@Nullable HurriedSink hurried) throws IOException {
        while (true) {
            // Looked at before the queue: what was put before the end or the failure is then in the queue.
            boolean last = complete;
            Refusal broken = failure;
            ByteBuf part = parts.poll();
            if (part != null) {
                return part;
            }
            if (broken != null) {
                throw new Refusal(broken);
            }
            if (last) {
                return null;
            }
            await(hurried);
        }
    }

    private void await(@Nullable HurriedSink hurried) throws IOException {
        long left = hurried == null ? Long.MAX_VALUE : Math.min(LOOK_NANOS, hurried.patienceNanos());
        if (left <= 0) {
            throw new Refusal(408, "the request body did not come in time");
        }
        waiter = Thread.currentThread();
        try {
            if (parts.isEmpty() && !complete && failure == null) {
                LockSupport.parkNanos(this, left);
            }
        } finally {
            waiter = null;
        }
        if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedIOException("interrupted while reading the request body");
        }
    }

    private void taken(int size) {
        connections.hold(-size);
        if (held.addAndGet(-size) <= HIGH_BYTES / 2 && full) {
            full = false;
            demand.more();
        }
    }

    /** Gives back what was received and not read. */
    @Override
    public void close() {
        closed = true;
        release();
    }

    private void release() {
        for (ByteBuf part = parts.poll(); part != null; part = parts.poll()) {
            int size = part.readableBytes();
            part.release();
            connections.hold(-size);
            held.addAndGet(-size);
        }
    }

    /** Why the body broke, if it did. */
    @Nullable
    Refusal failure() {
        return failure;
    }

    // --- the event loop ---

    /** Takes over {@code part}. */
    void received(ByteBuf part) {
        received += part.readableBytes();
        if (closed || failure != null || !part.isReadable()) {
            part.release();
        } else if (part.readableBytes() < 4096) {
            gather(part);
        } else {
            flush();
            put(part);
        }
    }

    /** Small parts, e.g. of a client that sends chunks of a line, are put together: one object per 16 KiB, not per part. */
    private void gather(ByteBuf part) {
        ByteBuf into = small;
        if (into != null && into.writableBytes() < part.readableBytes()) {
            flush();
            into = null;
        }
        if (into == null) {
            into = part.alloc().directBuffer(16_384, 16_384);
            small = into;
        }
        into.writeBytes(part);
        part.release();
    }

    /** Hands over what was gathered; at the end of each read. */
    void flush() {
        ByteBuf gathered = small;
        if (gathered != null) {
            small = null;
            put(gathered);
        }
    }

    private void put(ByteBuf part) {
        int size = part.readableBytes();
        held.addAndGet(size);
        connections.hold(size);
        parts.offer(part);
        if (closed) {
            release();
        }
        wake();
    }

    void complete() {
        flush();
        complete = true;
        wake();
    }

    /** Breaks the body, unless it is whole already; the reader gets what came before, then the failure. */
    void fail(Refusal why) {
        if (!complete && failure == null) {
            flush();
            failure = why;
            wake();
        }
    }

    private void wake() {
        Thread waiting = waiter;
        if (waiting != null) {
            LockSupport.unpark(waiting);
        }
    }

    /** The handler reads: from now on {@link #wants} may say yes. */
    void want() {
        wanted = true;
    }

    /** Whether another read has room now; when not, {@link Demand#more} will follow. */
    boolean wants() {
        if (!wanted || complete || failure != null || closed) {
            return false;
        }
        if (hasRoom()) {
            return true;
        }
        full = true;
        // The taker may have made room before it could see the flag.
        return hasRoom();
    }

    private boolean hasRoom() {
        int now = held.get();
        return now == 0 || (now < HIGH_BYTES && !connections.crowded());
    }

    boolean isComplete() {
        return complete;
    }

    /** Body bytes so far. */
    long receivedBytes() {
        return received;
    }

    /** Bytes still to come; a large number when chunks tell. */
    long remaining() {
        return complete ? 0 : announced < 0 ? Long.MAX_VALUE : announced - received;
    }
}
