package glance.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes a connection whose client takes nothing of what is written for the idle limit, or less than the least rate of it. Looks
 * four times per limit, so the end comes at most a quarter late. Event loop only.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write or close ends the channel, which ends the exchange
final class OutputWatch {
    private static final Logger log = LoggerFactory.getLogger(OutputWatch.class);
    private static final int LOOKS = 4;

    private final Channel channel;
    private final Duration idle;
    private final HttpServerConfig.Rate rate;
    private final long interval;
    private final Deadline look;
    private boolean watching;
    /** Bytes of the answer's parts that the kernel took whole. */
    private long done;

    private long pending;
    private long taken;
    private long looked;
    private long moved;
    /** Nanoseconds of the answer for which something was left at one look and the next. */
    private long waited;

    OutputWatch(Channel channel, HttpServerConfig.Limits limits) {
        this.channel = channel;
        this.idle = limits.idle();
        this.rate = limits.rate();
        this.interval = interval(limits);
        this.look = new Deadline(channel.eventLoop(), this::look);
    }

    private static long interval(HttpServerConfig.Limits limits) {
        long ofIdle = limits.idle().toNanos();
        long ofRate =
                limits.rate().bytesPerSecond() == 0 ? 0 : limits.rate().grace().toNanos();
        long shorter = ofIdle == 0 || (ofRate != 0 && ofRate < ofIdle) ? ofRate : ofIdle;
        // Zero: no deadline at all.
        return shorter == 0 ? 0 : Math.max(1, shorter / LOOKS);
    }

    /** Another answer. */
    void begin() {
        done = 0;
        waited = 0;
    }

    /** Call after a write: begins to watch if something stayed behind. */
    void watch() {
        ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
        if (!watching && buffer != null && !buffer.isEmpty()) {
            watching = true;
            note(buffer);
            looked = System.nanoTime();
            moved = looked;
            look.in(interval);
        }
    }

    /** So many bytes have been taken, in whole parts. */
    void took(long bytes) {
        done += bytes;
    }

    private void note(ChannelOutboundBuffer buffer) {
        pending = buffer.totalPendingWriteBytes();
        taken = done + buffer.currentProgress();
    }

    private void look() {
        ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
        if (buffer == null || buffer.isEmpty()) {
            watching = false;
            return;
        }
        long now = System.nanoTime();
        waited += now - looked;
        looked = now;
        if (buffer.totalPendingWriteBytes() != pending || done + buffer.currentProgress() != taken) {
            moved = now;
        }
        note(buffer);
        if (!idle.isZero() && now - moved >= idle.toNanos()) {
            close("takes nothing");
        } else if (rate.bytesPerSecond() != 0 && waited > rate.allowed(taken)) {
            close("takes less than client_minimum_rate");
        } else {
            look.in(interval);
        }
    }

    private void close(String why) {
        log.debug(
                "client {}, connection closed remote={} idle={} rate={}",
                why,
                channel.remoteAddress(),
                idle,
                rate.bytesPerSecond());
        channel.close();
    }

    void cancel() {
        look.cancel();
    }
}
