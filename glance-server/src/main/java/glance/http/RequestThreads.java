package glance.http;

import java.time.Duration;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** Makes the virtual threads that requests run on, and knows how many still run. Thread-safe. */
final class RequestThreads implements ThreadFactory {
    private final ThreadFactory threads = Thread.ofVirtual().name("request-", 1).factory();
    private final AtomicInteger running = new AtomicInteger();

    @Override
    public Thread newThread(Runnable request) {
        running.incrementAndGet();
        return threads.newThread(() -> {
            try {
                request.run();
            } finally {
                running.decrementAndGet();
            }
        });
    }

    /** Waits until none runs, for at most {@code limit}: the end of each is told on an event loop, which has to be there. */
    void awaitNone(Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        while (running.get() > 0
                && System.nanoTime() < end
                && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(1_000_000);
        }
    }
}
