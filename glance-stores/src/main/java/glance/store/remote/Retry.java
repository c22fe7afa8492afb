package glance.store.remote;

import glance.store.StoreException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The one rule for repeating calls to a store: only what may be repeated without harm is passed here, only a store in trouble is
 * asked again, with growing pauses that are spread, and not for long.
 *
 * @param attempts in all, at least 1
 * @param firstPause before the second attempt, at most; doubled for each further one
 */
public record Retry(int attempts, Duration firstPause) {
    /** What every driver uses. */
    public static final Retry USUAL = new Retry(4, Duration.ofMillis(200));

    /** A call that may be made again. */
    @FunctionalInterface
    public interface Repeatable<T> {
        T run() throws IOException;
    }

    /** A pause that a store asks for is kept up to here: somebody waits for the answer. */
    private static final Duration LONGEST_ASKED = Duration.ofSeconds(5);

    /** A store's answer that says it is in trouble. Thrown by the calls themselves once they have read it. */
    public static final class Trouble extends IOException {
        private static final long serialVersionUID = 1L;

        private final int status;
        private final Duration pause;

        public Trouble(int status, String message) {
            this(status, message, Duration.ZERO);
        }

        private Trouble(int status, String message, Duration pause) {
            super(message);
            this.status = status;
            this.pause = pause;
        }

        /** With the pause that the answer's {@code Retry-After} asks for, if it does so in seconds. */
        public static Trouble of(StoreHttp.Answer answer, String message) {
            return new Trouble(
                    answer.status(),
                    message,
                    Duration.ofSeconds(Math.min(
                            LONGEST_ASKED.toSeconds(),
                            answer.number("Retry-After").orElse(0))));
        }

        public int status() {
            return status;
        }
    }

    /** Whether a status says: later perhaps. 498 is Swift's for too many requests. */
    public static boolean isTrouble(int status) {
        return status == 408 || status == 429 || status == 498 || (status >= 500 && status != 501 && status != 507);
    }

    /**
     * Runs {@code call} until it does not fail for want of an answer.
     *
     * @throws IOException the last failure; a {@link StoreException} is never repeated
     */
    public <T> T run(Repeatable<T> call) throws IOException {
        for (int attempt = 1; ; attempt++) {
            try {
                return call.run();
            } catch (StoreException | InterruptedIOException last) {
                // An answer; or a time-out: who was waited for in vain is not waited for once more.
                throw last;
            } catch (IOException trouble) {
                if (attempt == attempts) {
                    throw trouble;
                }
                pause(attempt, trouble instanceof Trouble told ? told.pause : Duration.ZERO);
            }
        }
    }

    private void pause(int attempt, Duration asked) throws InterruptedIOException {
        long most = firstPause.toMillis() << (attempt - 1);
        try {
            Thread.sleep(Math.max(asked.toMillis(), ThreadLocalRandom.current().nextLong(most / 2, most + 1)));
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted before another attempt");
        }
    }
}
