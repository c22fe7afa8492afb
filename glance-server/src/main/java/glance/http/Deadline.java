package glance.http;

import io.netty.channel.EventLoop;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One movable point in time of one connection. Moving it later or clearing it is a field write, since both happen per request
 * or per read; the timer underneath wakes, looks, and sleeps again. Event loop only.
 */
final class Deadline {
    private final EventLoop loop;
    private final Runnable expired;
    private boolean set;
    private long due;
    private long wakes;
    private @Nullable Future<?> timer;

    Deadline(EventLoop loop, Runnable expired) {
        this.loop = loop;
        this.expired = expired;
    }

    /** Runs the action in {@code nanos}, unless moved or cleared before; 0 or less: never. */
    void in(long nanos) {
        if (nanos <= 0) {
            clear();
            return;
        }
        due = System.nanoTime() + nanos;
        set = true;
        Future<?> armed = timer;
        if (armed != null && wakes - due > 0) {
            armed.cancel(false);
            armed = null;
        }
        if (armed == null) {
            arm(nanos);
        }
    }

    void clear() {
        set = false;
    }

    /** Clears it for good, timer included. */
    void cancel() {
        set = false;
        Future<?> armed = timer;
        if (armed != null) {
            armed.cancel(false);
            timer = null;
        }
    }

    private void arm(long nanos) {
        wakes = System.nanoTime() + nanos;
        timer = loop.schedule(this::wake, nanos, TimeUnit.NANOSECONDS);
    }

    private void wake() {
        timer = null;
        if (!set) {
            return;
        }
        long left = due - System.nanoTime();
        if (left > 0) {
            arm(left);
        } else {
            set = false;
            expired.run();
        }
    }
}
