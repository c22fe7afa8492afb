package glance.http;

import io.netty.channel.Channel;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import java.time.Duration;

/**
 * The end of a connection whose client may still be sending (RFC 9112, 9.6). Closing with unread data would reset the
 * connection, and the reset destroys an answer the client has not read yet. So the sending side is closed first, and what still
 * comes is thrown away until the client closes, is silent for {@link #IDLE}, or has had {@link #WHOLE}. After {@link #BYTES}
 * nothing more is read; a client that goes on blocks, and is closed when its silence is over. Event loop only.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what cannot be shut down is closed at the deadline
final class Linger {
    static final Duration IDLE = Duration.ofSeconds(5);
    private static final Duration WHOLE = Duration.ofSeconds(30);
    private static final long BYTES = 64L << 20;

    private final Channel channel;
    private final Deadline deadline;
    private long dropped;
    private long end;

    Linger(Channel channel, Deadline deadline) {
        this.channel = channel;
        this.deadline = deadline;
    }

    /** Starts the clock; the answer may still be on its way out. */
    void begin() {
        end = System.nanoTime() + WHOLE.toNanos();
        deadline.in(IDLE.toNanos());
    }

    /** The answer is out: tells the client that nothing follows. */
    void shutOutput() {
        if (channel instanceof DuplexChannel duplex) {
            SslHandler tls = channel.pipeline().get(SslHandler.class);
            if (tls != null) {
                tls.closeOutbound().addListener(notified -> duplex.shutdownOutput());
            } else {
                duplex.shutdownOutput();
            }
        }
    }

    /** Counts what was thrown away. */
    void dropped(int bytes) {
        dropped += bytes;
        deadline.in(Math.min(IDLE.toNanos(), Math.max(1, end - System.nanoTime())));
    }

    boolean wants() {
        return dropped < BYTES;
    }
}
