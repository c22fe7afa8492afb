package glance.http;

import java.time.Duration;

/**
 * Whether a client sends a request's body fast enough. Only the time it is waited for counts: every byte earns it some, on top
 * of what all begin with. Event loop only.
 */
final class Pace {
    private final HttpServerConfig.Rate rate;
    private final long idleNanos;
    private boolean waiting;
    private long since;
    private long waited;

    Pace(HttpServerConfig.Limits limits) {
        this.rate = limits.rate();
        this.idleNanos = limits.idle().toNanos();
    }

    /** Another body. */
    void begin() {
        waiting = false;
        waited = 0;
    }

    /**
     * The client is waited for from now on, or still.
     *
     * @param received bytes of the body so far
     * @return nanoseconds until it is late; zero: never
     */
    long await(long received) {
        long now = System.nanoTime();
        if (!waiting) {
            waiting = true;
            since = now;
        }
        if (rate.bytesPerSecond() == 0) {
            return idleNanos;
        }
        long left = Math.max(1, rate.allowed(received) - waited - (now - since));
        return idleNanos == 0 ? left : Math.min(idleNanos, left);
    }

    /** It has sent something, or is not waited for now. */
    void moved() {
        if (waiting) {
            waiting = false;
            waited += System.nanoTime() - since;
        }
    }

    /** Why it is late. */
    String reason() {
        long silent = System.nanoTime() - since;
        return idleNanos > 0 && silent >= idleNanos
                ? "the client sent nothing for " + Duration.ofNanos(idleNanos).toSeconds() + " s"
                : "the client sends less than client_minimum_rate = " + rate.bytesPerSecond() + " bytes a second";
    }
}
