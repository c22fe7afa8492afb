package glance.http;

import glance.store.FileRangeSink;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.epoll.EpollSocketChannel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a {@link Response.Stream} pours its payload. Buffers are copied into a bounded number of pooled ones, file ranges go to
 * the event loop as they are; when the client does not take them, the request's virtual thread is parked.
 *
 * <p>A write of a file range returns, or fails, only after the event loop has let go of the file: the caller may close it then.
 */
final class ConnectionSink implements FileRangeSink {
    private static final Logger log = LoggerFactory.getLogger(ConnectionSink.class);

    /** What may be copied and not yet taken by the kernel. */
    static final int IN_FLIGHT_BYTES = 512 << 10;

    private static final int PART_BYTES = 128 << 10;

    /** Below this a file is one or two segments anyway. */
    private static final int CORK_BYTES = 128 << 10;

    private final Channel channel;
    private final Answer answer;
    private final Response.Stream response;
    private final boolean sendfile;
    private final long promised;
    private final AtomicLong inFlight = new AtomicLong();
    private volatile @Nullable Throwable failure;
    private volatile @Nullable Thread waiter;
    private volatile long wakeAt;
    private long accepted;
    private boolean started;
    private boolean open = true;

    ConnectionSink(Channel channel, Answer answer, Response.Stream response, boolean sendfile) {
        this.channel = channel;
        this.answer = answer;
        this.response = response;
        this.sendfile = sendfile;
        this.promised = response.payload().length().orElse(-1);
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        int size = source.remaining();
        accept(size);
        while (source.hasRemaining()) {
            int part = Math.min(source.remaining(), PART_BYTES);
            awaitAtMost(IN_FLIGHT_BYTES - part);
            ByteBuf copy = channel.alloc().directBuffer(part, part);
            copy.writeBytes(source.slice(source.position(), part));
            source.position(source.position() + part);
            send(copy, part);
        }
        return size;
    }

    @Override
    public long write(FileChannel file, long offset, long length) throws IOException {
        if (file.size() < offset + length) {
            throw new IOException("file has " + file.size() + " bytes, promised were " + (offset + length));
        }
        accept(length);
        if (sendfile && FileSlice.suits(file)) {
            // In one piece: what the kernel does not take yet stays in the file, not in our memory.
            boolean corked = length > CORK_BYTES;
            if (corked) {
                channel.eventLoop().execute(() -> cork(true));
            }
            send(new FileSlice(file, offset, length), length);
            awaitAtMost(0);
            if (corked) {
                channel.eventLoop().execute(() -> cork(false));
            }
        } else {
            copy(file, offset, length);
        }
        return length;
    }

    /**
     * Full segments only: the kernel moves a file by 64 KiB at a time and would push each to the client, and wake it, by itself.
     * Measured on loopback: 1.4 times the throughput at 0.7 times the CPU.
     */
    private void cork(boolean on) {
        if (channel instanceof EpollSocketChannel tcp && tcp.isOpen()) {
            try {
                tcp.config().setTcpCork(on);
            } catch (ChannelException gone) {
                log.debug("TCP_CORK not set remote={} cause={}", channel.remoteAddress(), gone.toString());
            }
        }
    }

    private void copy(FileChannel file, long offset, long length) throws IOException {
        for (long done = 0; done < length; ) {
            int size = (int) Math.min(length - done, PART_BYTES);
            awaitAtMost(IN_FLIGHT_BYTES - size);
            send(read(file, offset + done, size), size);
            done += size;
        }
    }

    private ByteBuf read(FileChannel file, long offset, int size) throws IOException {
        ByteBuf part = channel.alloc().directBuffer(size, size);
        try {
            while (part.isWritable()) {
                if (part.writeBytes(file, offset + part.writerIndex(), part.writableBytes()) < 0) {
                    throw new IOException("file ends at " + (offset + part.writerIndex()) + ", expected "
                            + (offset + size) + " bytes");
                }
            }
            return part;
        } catch (IOException | RuntimeException broken) {
            part.release();
            throw broken;
        }
    }

    private void accept(long size) throws IOException {
        if (!open) {
            throw new ClosedChannelException();
        }
        if (promised >= 0 && accepted + size > promised) {
            throw new IOException("payload is longer than the promised " + promised + " bytes");
        }
        accepted += size;
    }

    /** Nothing more comes: ends the answer, or fails when less came than promised. */
    void end() throws IOException {
        if (promised >= 0 && accepted != promised) {
            throw new IOException("payload ended after " + accepted + " of " + promised + " bytes");
        }
        open = false;
        start();
        channel.eventLoop().execute(answer::end);
    }

    /** Whether the header is on its way. */
    boolean started() {
        return started;
    }

    /** Whether it is the client's connection that failed. */
    boolean isBroken() {
        return failure != null;
    }

    private void start() {
        if (!started) {
            started = true;
            channel.eventLoop().execute(() -> answer.begin(response, promised));
        }
    }

    private void send(Object part, long size) {
        start();
        inFlight.addAndGet(size);
        ChannelFutureListener done = future -> sent(size, future.cause());
        channel.eventLoop().execute(() -> answer.part(part, size, done));
    }

    private void sent(long size, @Nullable Throwable cause) {
        if (cause != null) {
            failure = cause;
        }
        long left = inFlight.addAndGet(-size);
        Thread waiting = waiter;
        if (waiting != null && left <= wakeAt) {
            LockSupport.unpark(waiting);
        }
    }

    /** Parks until no more than {@code bytes} are in flight; fails once all is settled when the connection broke. */
    private void awaitAtMost(long bytes) throws IOException {
        boolean interrupted = false;
        // Wakes at half: one switch of threads per half a window, not per part.
        wakeAt = Math.min(bytes, IN_FLIGHT_BYTES / 2);
        waiter = Thread.currentThread();
        try {
            if (inFlight.get() > bytes) {
                while (inFlight.get() > wakeAt) {
                    LockSupport.park(this);
                    // Leaving early would let the caller close a file that is still being sent.
                    interrupted |= Thread.interrupted();
                }
            }
        } finally {
            waiter = null;
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        Throwable cause = failure;
        if (cause != null) {
            throw new IOException("the client's connection broke: " + cause.getMessage(), cause);
        }
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public void close() {
        open = false;
    }
}
