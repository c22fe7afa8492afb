package glance.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes a connection whose client takes nothing of what is written for the idle limit. Looks four times per limit, so the end
 * comes at most a quarter late. Event loop only.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write or close ends the channel, which ends the exchange
final class OutputWatch {
    private static final Logger log = LoggerFactory.getLogger(OutputWatch.class);
    private static final int LOOKS = 4;

    private final Channel channel;
    private final Duration limit;
    private final Deadline look;
    private boolean watching;
    private int still;
    private long pending;
    private long progress;

    OutputWatch(Channel channel, Duration limit) {
        this.channel = channel;
        this.limit = limit;
        this.look = new Deadline(channel.eventLoop(), this::look);
    }

    /** Call after a write: begins to watch if something stayed behind. */
    void watch() {
        ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
        if (!watching && buffer != null && !buffer.isEmpty()) {
            watching = true;
            still = 0;
            note(buffer);
            look.in(limit.toNanos() / LOOKS);
        }
    }

    private void note(ChannelOutboundBuffer buffer) {
        pending = buffer.totalPendingWriteBytes();
        progress = buffer.currentProgress();
    }

    private void look() {
        ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
        if (buffer == null || buffer.isEmpty()) {
            watching = false;
            return;
        }
        boolean moved = buffer.totalPendingWriteBytes() != pending || buffer.currentProgress() != progress;
        still = moved ? 0 : still + 1;
        if (still >= LOOKS) {
            log.debug("client takes nothing, connection closed remote={} limit={}", channel.remoteAddress(), limit);
            channel.close();
        } else {
            note(buffer);
            look.in(limit.toNanos() / LOOKS);
        }
    }

    void cancel() {
        look.cancel();
    }
}
