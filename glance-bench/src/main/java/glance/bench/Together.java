package glance.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Work done by several platform threads at once. */
final class Together {
    private Together() {}

    /** One of the works; {@code index} counts from 0. */
    @FunctionalInterface
    interface Work {
        void run(int index) throws IOException;
    }

    /**
     * Runs {@code count} works at once; seconds until the last has ended.
     *
     * @throws IOException what any of them threw
     */
    static double run(int count, Work work) throws IOException, InterruptedException {
        long began = System.nanoTime();
        try (ExecutorService threads = Executors.newFixedThreadPool(count)) {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                int index = i;
                running.add(threads.submit(() -> {
                    work.run(index);
                    return null;
                }));
            }
            for (Future<?> one : running) {
                one.get();
            }
        } catch (ExecutionException failed) {
            throw new IOException(failed.getCause());
        }
        return (System.nanoTime() - began) / 1e9;
    }
}
