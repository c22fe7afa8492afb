package glance.image;

import glance.auth.Caller;
import glance.error.GlanceException;
import glance.store.Payload;
import glance.store.Store;
import glance.store.StoreException;
import glance.store.StoreLocation;
import glance.store.Stores;
import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fetches image data from elsewhere, after the request that asked for it was answered. An image is {@code saving} from the
 * moment its copy is accepted, also while the copy waits; then it is active or killed. The journal knows of every accepted
 * copy, so that a crash leaves none behind ({@link Recovery}). Bounded: so many run, so many wait, the rest is refused.
 * Once a second all running copies are looked at: one whose image was deleted or whose time is over is cut off from its
 * source. Thread-safe.
 */
public final class Copies implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Copies.class);
    private static final Duration LOOK = Duration.ofSeconds(1);

    /** For a copy that was cut off from its source to clean up. */
    private static final Duration CLEANUP = Duration.ofSeconds(5);

    private final Uploads uploads;
    private final ImageRepository images;
    private final Stores stores;
    private final CopyConfig config;
    private final Ends ends;
    /** One project takes no more than one in so many. */
    private static final int PROJECT_SHARE = 4;

    private static final int LEAST_SHARE = 4;

    private final Semaphore places;
    /** Of them, what one project may take. */
    private final int share;

    private final Map<String, Integer> byProject = new ConcurrentHashMap<>();
    private final ThreadPoolExecutor workers;
    private final ScheduledThreadPoolExecutor watch;
    private final Set<Copy> running = ConcurrentHashMap.newKeySet();
    private volatile boolean draining;

    /** How a copy ended. */
    public enum Outcome {
        ACTIVE,
        /** The image was killed, or given up to {@link Recovery}. */
        FAILED,
        /** The image was deleted meanwhile. */
        DELETED
    }

    /** Hears of every copy that ended. */
    @FunctionalInterface
    public interface Ends {
        void ended(Outcome outcome);
    }

    public Copies(Uploads uploads, Registry registry, Stores stores, CopyConfig config, Ends ends) {
        this.uploads = uploads;
        this.images = registry.images();
        this.stores = stores;
        this.config = config;
        this.ends = ends;
        this.places = new Semaphore(config.running() + config.waiting());
        this.share = Math.max(LEAST_SHARE, (config.running() + config.waiting()) / PROJECT_SHARE);
        // The places bound the queue.
        this.workers = new ThreadPoolExecutor(
                config.running(),
                config.running(),
                1,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                Thread.ofVirtual().name("copy-", 0).factory());
        workers.allowCoreThreadTimeOut(true);
        this.watch = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().daemon().name("copies").factory());
        var _ = watch.scheduleWithFixedDelay(this::look, LOOK.toMillis(), LOOK.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Copies that run now. */
    public int running() {
        return running.size();
    }

    /** Copies that were accepted and wait. */
    public int waiting() {
        return workers.getQueue().size();
    }

    /** Room for one copy, until closed or, once the copy was accepted, until that has ended. */
    public final class Place implements AutoCloseable {
        private final AtomicBoolean used = new AtomicBoolean();
        private final String project;

        private Place(String project) {
            this.project = project;
        }

        /**
         * Claims the image and lets its data be fetched.
         *
         * @param request without a declared size: that of the source counts
         * @throws GlanceException as {@link Uploads#expect}
         */
        public void accept(Caller caller, ImageId id, StoreLocation source, UploadRequest request) {
            Copy copy = new Copy(id, source, uploads.expect(caller, id, request), project);
            LOG.info("copy accepted image={} source={}", id, source);
            used.set(true);
            try {
                workers.execute(copy);
            } catch (RejectedExecutionException stopping) {
                copy.abandon("the service is stopping");
                throw new GlanceException.Unavailable("The service is stopping", stopping);
            }
        }

        @Override
        public void close() {
            if (used.compareAndSet(false, true)) {
                release(project);
            }
        }
    }

    private void release(String project) {
        byProject.computeIfPresent(project, (_, count) -> count > 1 ? count - 1 : null);
        places.release();
    }

    /**
     * Asks for room, before anything is recorded that would need it.
     *
     * @throws GlanceException.Unavailable when there is none
     */
    public Place admit(Caller caller) {
        if (draining) {
            throw new GlanceException.Unavailable("The service is stopping");
        }
        String project = String.valueOf(caller.projectId());
        // One project's slow sources must not keep everybody else's copies from running.
        if (!caller.admin() && byProject.getOrDefault(project, 0) >= share) {
            throw new GlanceException.Unavailable(
                    "No further copy is accepted for this project: it has " + share + " under way or waiting");
        }
        if (!places.tryAcquire()) {
            throw new GlanceException.Unavailable("No further copy is accepted: " + config.running()
                    + " run at once and " + config.waiting() + " wait at most");
        }
        byProject.merge(project, 1, Integer::sum);
        return new Place(project);
    }

    private final class Copy implements Runnable {
        private final ImageId image;
        private final StoreLocation source;
        private final Uploads.Expected expected;
        private final String project;
        private volatile long began;
        private volatile @Nullable String stopped;
        private volatile @Nullable Payload open;

        Copy(ImageId image, StoreLocation source, Uploads.Expected expected, String project) {
            this.project = project;
            this.image = image;
            this.source = source;
            this.expected = expected;
        }

        @Override
        public void run() {
            began = System.nanoTime();
            running.add(this);
            Outcome outcome = Outcome.FAILED;
            try (expected) {
                outcome = copy();
            } finally {
                running.remove(this);
                release(project);
                ends.ended(outcome);
            }
        }

        private Outcome copy() {
            try (Payload data = opened()) {
                open = data;
                OptionalLong length = data.length();
                Image active = expected.receive(length, new Cut(data, this));
                LOG.info("copy ended image={} size={}", image, active.size());
                return Outcome.ACTIVE;
            } catch (IOException | RuntimeException failure) {
                LOG.info("copy failed image={} source={} reason={}", image, source, failure.getMessage());
                LOG.debug("copy failed image={}", image, failure);
                return statusNow() == ImageStatus.DELETED ? Outcome.DELETED : Outcome.FAILED;
            }
        }

        private Payload opened() throws IOException {
            try {
                requireGoingOn();
                Store store = stores.holding(source)
                        .orElseThrow(() -> new StoreException.Unavailable("no store reads " + source, null));
                return store.open(source);
            } catch (IOException | RuntimeException failure) {
                expected.refuse(failure);
                throw failure;
            }
        }

        void requireGoingOn() throws IOException {
            String reason = stopped;
            if (reason != null) {
                throw new IOException(reason);
            }
        }

        /** Cuts the copy off from its source; what it has written goes, and its image is killed unless it is deleted. */
        void stop(String reason) {
            stopped = reason;
            Payload data = open;
            if (data != null) {
                // On a thread of its own: a peer that makes closing slow must not hold up who watches the others.
                Thread.ofVirtual().start(data::close);
            }
        }

        void stopWhenLate() {
            if (System.nanoTime() - began > config.timeout().toNanos()) {
                stop("it took longer than copy_timeout = " + config.timeout().toSeconds() + " s");
            }
        }

        void stopWhenUnwanted() {
            if (statusNow() != ImageStatus.SAVING) {
                stop("the image was deleted or changed meanwhile");
            }
        }

        /** While that cannot be told: as it was. */
        private ImageStatus statusNow() {
            try {
                return images.get(image, Scope.EVERYTHING).status();
            } catch (GlanceException.NotFound deleted) {
                return ImageStatus.DELETED;
            } catch (GlanceException.Unavailable unknown) {
                return ImageStatus.SAVING;
            }
        }

        /** Before it ran. */
        void abandon(String reason) {
            try (expected) {
                LOG.info("copy failed image={} source={} reason={}", image, source, reason);
                expected.refuse(new IOException(reason));
            } finally {
                release(project);
                ends.ended(Outcome.FAILED);
            }
        }
    }

    /** The data of a copy that may be stopped: then that is why it broke. */
    private record Cut(Payload data, Copy copy) implements Payload {
        @Override
        public OptionalLong length() {
            return data.length();
        }

        @Override
        public long transferTo(WritableByteChannel sink) throws IOException {
            try {
                copy.requireGoingOn();
                return data.transferTo(sink);
            } catch (IOException broken) {
                copy.requireGoingOn();
                throw broken;
            }
        }

        @Override
        public void close() {
            data.close();
        }
    }

    private void look() {
        running.forEach(Copy::stopWhenLate); // first: the registry may keep us waiting
        for (Copy copy : running) {
            try {
                copy.stopWhenUnwanted();
            } catch (RuntimeException failure) {
                // Thrown on, it would end the schedule; the next look tries again.
                LOG.warn("running copy could not be looked at image={}", copy.image, failure);
            }
        }
    }

    /**
     * Accepts no more, kills what waits, lets what runs end within {@code patience} and cuts off the rest. Blocks; a second
     * call finds nothing to do.
     */
    public void drain(Duration patience) {
        draining = true;
        workers.shutdown();
        List<Runnable> waiting = new ArrayList<>();
        workers.getQueue().drainTo(waiting);
        for (Runnable one : waiting) {
            if (one instanceof Copy copy) {
                copy.abandon("the service is stopping");
            }
        }
        if (!ended(patience)) {
            running.forEach(copy -> copy.stop("the service is stopping"));
            if (!ended(CLEANUP)) {
                LOG.warn("copies left to the recovery at the next start count={}", running.size());
            }
        }
        watch.shutdownNow();
    }

    private boolean ended(Duration patience) {
        try {
            return workers.awaitTermination(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public void close() {
        drain(Duration.ZERO);
    }
}
