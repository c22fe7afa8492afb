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

    /** A store's answer that says it is in trouble. Thrown by the calls themselves once they have read it. */
    public static final class Trouble extends IOException {
        private static final long serialVersionUID = 1L;

        private final int status;

        public Trouble(int status, String message) {
            super(message);
            this.status = status;
        }

        public int status() {
            return status;
        }
    }

    /** Whether a status says: later perhaps. */
    public static boolean isTrouble(int status) {
        return status == 408 || status == 429 || (status >= 500 && status != 501 && status != 507);
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
                pause(attempt);
            }
        }
    }

    private void pause(int attempt) throws InterruptedIOException {
        long most = firstPause.toMillis() << (attempt - 1);
        try {
            Thread.sleep(ThreadLocalRandom.current().nextLong(most / 2, most + 1));
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted before another attempt");
        }
    }
}
