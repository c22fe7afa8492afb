package glance.store.rbd;

import glance.store.StoreException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * Where a store's blocking native calls run: a few platform threads, since a virtual one would hold its carrier. Who waits for
 * a call waits no longer than the limit; a cluster that stops answering keeps these threads and nobody else. Thread-safe.
 */
final class CephCalls {
    private static final int THREADS = 16;
    private static final int MOST_WAITING = 512;

    /** Ceph's libraries are made for this much, and need over half a mebibyte already when they are loaded. */
    private static final long STACK_BYTES = 8L << 20;

    private static final Duration IDLE = Duration.ofSeconds(30);

    private final ThreadPoolExecutor threads;
    private final Duration limit;

    /**
     * A piece of blocking work.
     *
     * @param <T> what comes of it
     */
    @FunctionalInterface
    interface Work<T> {
        /**
         * @param alive to be run while it takes long but goes on: the waiting limit starts again
         */
        T run(Runnable alive) throws CephError, StoreException;
    }

    /**
     * @param name of the threads
     * @param limit how long a call may go unanswered
     */
    CephCalls(String name, Duration limit) {
        this.limit = limit;
        this.threads = new ThreadPoolExecutor(
                THREADS, THREADS, IDLE.toSeconds(), TimeUnit.SECONDS, new LinkedBlockingQueue<>(), work -> {
                    Thread thread = new Thread(null, work, name, STACK_BYTES);
                    thread.setDaemon(true);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
    }

    Duration limit() {
        return limit;
    }

    /** A call that runs or waits for a thread. */
    static final class Call<T> {
        private final CompletableFuture<T> result = new CompletableFuture<>();
        private volatile long lastSign = System.nanoTime();

        private void run(Work<T> work, Consumer<T> late) {
            if (result.isDone()) {
                return; // given up before it began
            }
            lastSign = System.nanoTime();
            try {
                T value = work.run(() -> lastSign = System.nanoTime());
                if (!result.complete(value)) {
                    late.accept(value);
                }
            } catch (CephError | StoreException | RuntimeException | Error failure) {
                result.completeExceptionally(failure);
            }
        }

        /** Gives it up unless it has an outcome; what comes of it later goes to whom {@code late} said. */
        private void giveUp(StoreException reason) {
            result.completeExceptionally(reason);
        }

        /**
         * Waits, and gives it up at the end of the limit when that is what is asked for.
         *
         * @throws StoreException.Unavailable when it has not been answered
         */
        T await(String doing, Duration limit, boolean giveUp) throws CephError, StoreException {
            try {
                while (true) {
                    long left = limit.toNanos() - (System.nanoTime() - lastSign);
                    try {
                        return result.get(Math.max(left, 0), TimeUnit.NANOSECONDS);
                    } catch (TimeoutException silent) {
                        if (System.nanoTime() - lastSign < limit.toNanos()) {
                            continue;
                        }
                        StoreException told = new StoreException.Unavailable(
                                doing + ": no answer from the cluster for " + limit.toMillis() + " ms", silent);
                        if (!giveUp) {
                            throw told;
                        }
                        giveUp(told); // unless its outcome has just arrived
                        return result.get();
                    }
                }
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
                StoreException told = new StoreException.Unavailable(doing + ": interrupted", stop);
                if (giveUp) {
                    giveUp(told);
                }
                throw told;
            } catch (ExecutionException failed) {
                throw cause(doing, Objects.requireNonNull(failed.getCause()));
            }
        }

        private static StoreException cause(String doing, Throwable cause) throws CephError, StoreException {
            switch (cause) {
                case CephError answered -> throw answered;
                case StoreException told -> throw told;
                case RuntimeException defect -> throw defect;
                case Error defect -> throw defect;
                default -> throw new IllegalStateException(doing, cause);
            }
        }
    }

    /**
     * Runs {@code work} and waits for it.
     *
     * @param doing for messages, e.g. {@code opening rbd://…}
     * @param late is given the value that comes when nobody waits any more
     * @throws StoreException.Unavailable when it is not answered, or too many others wait already
     */
    <T> T run(String doing, Work<T> work, Consumer<T> late) throws CephError, StoreException {
        return run(doing, limit, work, late);
    }

    <T> T run(String doing, Duration patience, Work<T> work, Consumer<T> late) throws CephError, StoreException {
        if (threads.getQueue().size() >= MOST_WAITING) {
            throw new StoreException.Unavailable(
                    doing + ": " + MOST_WAITING + " calls wait for the cluster already", null);
        }
        return start(work, late).await(doing, patience, true);
    }

    /** Starts work that is not given up; whoever wants may wait for it with {@link #join}. For ends of things: never refused. */
    <T> Call<T> start(Work<T> work, Consumer<T> late) {
        return startAfter(CompletableFuture.completedFuture(null), work, late);
    }

    /** The same, once {@code first} has ended somehow. */
    @SuppressWarnings("FutureReturnValueIgnored") // the call is what tells of the work
    <T> Call<T> startAfter(CompletableFuture<?> first, Work<T> work, Consumer<T> late) {
        Call<T> call = new Call<>();
        first.whenComplete((_, _) -> execute(call, work, late));
        return call;
    }

    private <T> void execute(Call<T> call, Work<T> work, Consumer<T> late) {
        try {
            threads.execute(() -> call.run(work, late));
        } catch (RejectedExecutionException over) {
            call.giveUp(new StoreException.Unavailable("the store is closed", over));
        }
    }

    /** Waits until {@code patience} after the last sign of life at most; the call goes on after that. */
    <T> T join(String doing, Duration patience, Call<T> call) throws CephError, StoreException {
        return call.await(doing, patience, false);
    }

    /** Takes no more work. What is stuck stays, on threads that do not keep the process. */
    void close() {
        threads.shutdown();
    }
}
