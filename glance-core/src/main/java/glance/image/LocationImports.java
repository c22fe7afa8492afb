package glance.image;

import glance.auth.Caller;
import glance.error.GlanceException;
import glance.policy.Action;
import glance.store.Store;
import glance.store.StoreException;
import glance.store.StoreLocation;
import glance.store.Stores;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes data that lies somewhere already, named by {@code POST /v2/images/{id}/locations}, after the request was answered.
 * By {@link LocationRules#secureHash} the data is read: before the image is active where the client says what its digests
 * must be, else after. The image holds the import lock meanwhile, and the journal an entry of kind {@code LOCATION}: after a
 * crash the image is queued again, or, when it is active already, its digests are computed then ({@link Recovery}). The data
 * itself is nobody's to remove here. Bounded: so many run, so many wait, the rest is refused. Thread-safe.
 */
public final class LocationImports implements AutoCloseable, Recovery.NamedLocations {
    private static final Logger LOG = LoggerFactory.getLogger(LocationImports.class);

    /** Each keeps a core busy while it reads. */
    private static final int RUNNING = 4;

    private static final int WAITING = 1000;
    private static final Duration CLEANUP = Duration.ofSeconds(5);

    private final ImageRepository images;
    private final DataJournal journal;
    private final ImageAccess access;
    private final Stores stores;
    private final LocationRules rules;
    private final Worker worker;
    private final Supplier<String> newIds;
    private final StoredDigests digests;
    private final Semaphore places = new Semaphore(RUNNING + WAITING);
    private final Set<ImageId> resumed = ConcurrentHashMap.newKeySet();
    private final ThreadPoolExecutor workers;
    private volatile boolean stopping;

    /** @param newIds ids of the tasks that hold import locks: random UUIDs */
    public LocationImports(
            Registry registry,
            ImageAccess access,
            Stores stores,
            LocationRules rules,
            Worker worker,
            Supplier<String> newIds) {
        this.images = registry.images();
        this.journal = registry.journal();
        this.access = access;
        this.stores = stores;
        this.rules = rules;
        this.worker = worker;
        this.newIds = newIds;
        this.digests = new StoredDigests(stores);
        // The places bound the queue.
        this.workers = new ThreadPoolExecutor(
                RUNNING,
                RUNNING,
                1,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                Thread.ofPlatform().daemon().name("location-", 0).factory());
        workers.allowCoreThreadTimeOut(true);
    }

    /** Locations that are looked at or read now. */
    public int running() {
        return workers.getActiveCount();
    }

    /** Locations that were accepted and wait. */
    public int waiting() {
        return workers.getQueue().size();
    }

    /**
     * Accepts a location for a queued image. A place that no store reads, or that cannot be read, is accepted as well, as
     * upstream does, whose task fails then: the image stays queued, and the log says why.
     *
     * @throws GlanceException.Conflict when the image is not queued, or takes other data now
     * @throws GlanceException.Forbidden when policy says so, or the place is one that services alone may name
     * @throws GlanceException.InvalidRequest when no data could have the promised digests
     * @throws GlanceException.Unavailable when no further one is accepted now
     */
    public void accept(Caller caller, ImageId id, NewLocation wanted) {
        ReadOnly.refuse(caller);
        Image image = access.reach(caller, id);
        if (image.status() != ImageStatus.QUEUED) {
            throw new GlanceException.Conflict(
                    "Image " + id + " has status " + image.status().wire() + "; a location needs status queued");
        }
        access.require(caller, image, Action.ADD_IMAGE_LOCATION);
        requireMayName(caller, wanted.url());
        NewLocation.Promise promise = wanted.promise();
        String flaw = promise == null ? null : promise.flaw();
        if (flaw != null) {
            throw new GlanceException.InvalidRequest("validation_data: " + flaw);
        }
        LocationSources.requireRecordable(wanted.url(), wanted.metadata());
        if (stopping || !places.tryAcquire()) {
            throw new GlanceException.Unavailable("No further location is accepted now: " + RUNNING
                    + " are read at once and " + WAITING + " wait at most");
        }
        boolean begun = false;
        try {
            begun = begin(image, wanted.url(), promise == null ? null : promise.folded());
        } finally {
            if (!begun) {
                places.release();
            }
        }
    }

    /** Services may name any place; whoever else, data on web servers. */
    private void requireMayName(Caller caller, String url) {
        boolean service =
                caller.roles().contains("service") || caller.service().roles().contains("service");
        boolean web = url.startsWith("http")
                && stores.all().stream().anyMatch(one -> one.store().schemes().contains("http"));
        if (!service && !web) {
            throw new GlanceException.Forbidden(
                    "Only http(s) locations may be added, where an http store is configured");
        }
    }

    private boolean begin(Image image, String url, NewLocation.@Nullable Promise promise) {
        StoreLocation at = StoreLocation.of(url);
        Optional<Store> store = ExternalData.mayBeNamed(at.scheme(), stores) ? stores.holding(at) : Optional.empty();
        if (store.isEmpty()) {
            LOG.info("location not taken image={} location={} reason=no store reads it", image.id(), at);
            return false;
        }
        DataTurns.Turn turn = worker.turns().tryTake(image.id()).orElseThrow(() -> locked(image.id()));
        try {
            String task = newIds.get();
            DataIntent intent =
                    new DataIntent(image.id(), store.get().id(), url, DataIntent.Kind.LOCATION, worker.name());
            Guard free = new Guard.All(
                    List.of(Guard.statusIs(ImageStatus.QUEUED), new Guard.PropertyAbsent(ImageUpdate.IMPORT_LOCK)));
            var _ = images.update(
                    image.id(),
                    ImageChange.builder()
                            .setProperty(ImageUpdate.IMPORT_LOCK, task)
                            .opens(intent)
                            .build(),
                    free);
            workers.execute(new Job(intent, task, stores.recorded(store.get(), at), promise, turn));
            return true;
        } catch (GlanceException.Conflict raced) {
            turn.close();
            throw locked(image.id());
        } catch (RejectedExecutionException closed) {
            // The journal knows of it.
            turn.close();
            throw new GlanceException.Unavailable("The service is stopping", closed);
        } catch (RuntimeException failed) {
            turn.close();
            throw failed;
        }
    }

    private static GlanceException.Conflict locked(ImageId image) {
        return new GlanceException.Conflict("Image " + image + " has an active task already");
    }

    /** The data will not become the image's; the image is queued again. */
    private static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;

        Refused(String reason) {
            super(reason);
        }
    }

    private interface Read<T> {
        T run() throws IOException;
    }

    /** One location on its way into its image. */
    private final class Job implements Runnable {
        private final DataIntent intent;
        private final ImageId image;
        private final String task;
        private final StoreLocation at;
        private final NewLocation.@Nullable Promise promise;
        private final DataTurns.@Nullable Turn turn;

        /** @param turn given when the image is claimed for this; null to compute the digests of an active image */
        Job(
                DataIntent intent,
                String task,
                StoreLocation at,
                NewLocation.@Nullable Promise promise,
                DataTurns.@Nullable Turn turn) {
            this.intent = intent;
            this.image = intent.image();
            this.task = task;
            this.at = at;
            this.promise = promise;
            this.turn = turn;
        }

        @Override
        public void run() {
            try {
                if (turn == null) {
                    worker.turns().tryTake(image).ifPresent(taken -> {
                        try (taken) {
                            completeOrForget();
                        }
                    });
                } else {
                    try (turn) {
                        take();
                    }
                }
            } catch (GlanceException.NotFound deleted) {
                LOG.info("location not taken, its image was deleted image={} location={}", image, at);
                journal.close(intent);
            } catch (RuntimeException failed) {
                LOG.warn("location left to recovery image={} location={}", image, at, failed);
            } finally {
                places.release();
                resumed.remove(image);
            }
        }

        private void take() {
            try {
                long size = size();
                Image queued = images.get(image, Scope.EVERYTHING);
                if (queued.diskFormat() == null || queued.containerFormat() == null) {
                    throw new Refused("disk_format and container_format are not set");
                }
                if (!rules.secureHash()) {
                    write(recording(ImageStatus.ACTIVE, size).closes(intent), ImageStatus.QUEUED, true);
                    told(ImageStatus.QUEUED, ImageStatus.ACTIVE);
                } else if (promise == null) {
                    write(recording(ImageStatus.ACTIVE, size), ImageStatus.QUEUED, false);
                    told(ImageStatus.QUEUED, ImageStatus.ACTIVE);
                    completeOrForget();
                } else {
                    verify(size, promise);
                }
            } catch (Refused refused) {
                LOG.info("location not taken image={} location={} reason={}", image, at, refused.getMessage());
                queueAgain();
            }
        }

        private long size() throws Refused {
            long size = attempt(() -> {
                Store store = stores.holding(at).orElseThrow(() -> new StoreException.NotFound("no store reads it"));
                return store.size(at);
            });
            if (size <= 0) {
                throw new Refused("there is no data");
            }
            return size;
        }

        private ImageChange.Builder recording(ImageStatus status, long size) {
            ImageChange.Builder change = ImageChange.builder()
                    .set(Attribute.STATUS, status)
                    .set(Attribute.SIZE, size)
                    .addLocation(at);
            if (promise != null) {
                change.set(Attribute.OS_HASH_ALGO, promise.algorithm());
                if (status == ImageStatus.ACTIVE) {
                    change.set(Attribute.OS_HASH_VALUE, promise.value());
                }
            } else if (rules.secureHash()) {
                change.set(Attribute.OS_HASH_ALGO, rules.algorithm().name());
            }
            return change;
        }

        private void verify(long size, NewLocation.Promise said) throws Refused {
            write(recording(ImageStatus.IMPORTING, size), ImageStatus.QUEUED, false);
            told(ImageStatus.QUEUED, ImageStatus.IMPORTING);
            Map<String, String> found = digests(said.algorithm(), size);
            if (!said.value().equals(found.get(said.algorithm()))) {
                throw new Refused("its " + said.algorithm() + " is not the one promised");
            }
            write(
                    ImageChange.builder()
                            .set(Attribute.STATUS, ImageStatus.ACTIVE)
                            .set(Attribute.CHECKSUM, found.get("md5"))
                            .set(Attribute.OS_HASH_VALUE, said.value())
                            .closes(intent),
                    ImageStatus.IMPORTING,
                    true);
            told(ImageStatus.IMPORTING, ImageStatus.ACTIVE);
        }

        /** Computes the digests of an image that is active without them; when that fails it stays without. */
        private void completeOrForget() {
            ImageChange.Builder change = ImageChange.builder().closes(intent);
            try {
                Image active = images.get(image, Scope.EVERYTHING);
                String algorithm = rules.algorithm().name();
                Long size = active.size();
                Map<String, String> found = digests(algorithm, size == null ? size() : size);
                change.set(Attribute.CHECKSUM, found.get("md5"))
                        .set(Attribute.OS_HASH_ALGO, algorithm)
                        .set(Attribute.OS_HASH_VALUE, found.get(algorithm));
                LOG.info("digests of a location computed image={} algorithm={}", image, algorithm);
            } catch (Refused failed) {
                LOG.warn(
                        "digests of a location not computed, the image stays without image={} location={} reason={}",
                        image,
                        at,
                        failed.getMessage());
                change.set(Attribute.OS_HASH_ALGO, null);
            }
            var _ = images.update(
                    image,
                    change.removeProperty(ImageUpdate.IMPORT_LOCK).build(),
                    new Guard.PropertyIs(ImageUpdate.IMPORT_LOCK, task));
        }

        private Map<String, String> digests(String algorithm, long size) throws Refused {
            Set<String> both = new LinkedHashSet<>(List.of("md5", algorithm));
            return attempt(() -> digests.compute(at, size, both, this::isWanted));
        }

        private boolean isWanted() {
            if (stopping) {
                return false;
            }
            try {
                ImageStatus status = images.get(image, Scope.EVERYTHING).status();
                return status == ImageStatus.IMPORTING || status.hasData();
            } catch (GlanceException.NotFound deleted) {
                return false;
            } catch (GlanceException.Unavailable unknown) {
                return true;
            }
        }

        private <T> T attempt(Read<T> read) throws Refused {
            for (int attempt = 1; ; attempt++) {
                try {
                    return read.run();
                } catch (IOException failure) {
                    if (stopping) {
                        throw new IllegalStateException("the service is stopping", failure);
                    }
                    if (attempt >= rules.attempts() || failure instanceof StoreException.NotFound) {
                        LOG.debug("place named by a client cannot be read location={}", at, failure);
                        throw new Refused("it cannot be read: " + failure.getMessage());
                    }
                }
            }
        }

        private void queueAgain() {
            Image now = images.get(image, Scope.EVERYTHING);
            ImageChange.Builder change = ImageChange.builder().closes(intent);
            if (now.status() == ImageStatus.IMPORTING) {
                change.set(Attribute.STATUS, ImageStatus.QUEUED);
            }
            write(change, now.status(), true);
            if (now.status() == ImageStatus.IMPORTING) {
                told(ImageStatus.IMPORTING, ImageStatus.QUEUED);
            }
        }

        /** Only while the image is as this job left it. */
        private void write(ImageChange.Builder change, ImageStatus present, boolean unlock) {
            if (unlock) {
                change.removeProperty(ImageUpdate.IMPORT_LOCK);
            }
            Guard ours = new Guard.All(
                    List.of(Guard.statusIs(present), new Guard.PropertyIs(ImageUpdate.IMPORT_LOCK, task)));
            var _ = images.update(image, change.build(), ours);
        }

        private void told(ImageStatus from, ImageStatus to) {
            LOG.info("image status changed image={} from={} to={} location={}", image, from.wire(), to.wire(), at);
        }
    }

    @Override
    public Optional<Runnable> settle(Optional<Image> found, DataIntent intent) {
        if (found.isEmpty()) {
            journal.close(intent);
            return Optional.empty();
        }
        Image image = found.get();
        String task = image.properties().get(ImageUpdate.IMPORT_LOCK);
        if (image.status().hasData() && image.hashValue() == null && rules.secureHash() && task != null) {
            return Optional.of(() -> resume(image, intent, task));
        }
        ImageChange.Builder change = ImageChange.builder().closes(intent);
        if (image.status() == ImageStatus.IMPORTING) {
            change.set(Attribute.STATUS, ImageStatus.QUEUED);
        }
        if (task == null) {
            var _ = images.update(image.id(), change.build(), Guard.statusIs(image.status()));
        } else {
            var _ = images.update(
                    image.id(),
                    change.removeProperty(ImageUpdate.IMPORT_LOCK).build(),
                    new Guard.All(List.of(
                            Guard.statusIs(image.status()), new Guard.PropertyIs(ImageUpdate.IMPORT_LOCK, task))));
        }
        LOG.info(
                "abandoned location settled image={} status={}",
                image.id(),
                image.status().wire());
        return Optional.empty();
    }

    /** The digests of an active image were not computed yet: they are now, by this worker. */
    private void resume(Image image, DataIntent intent, String task) {
        if (stopping || !resumed.add(image.id())) {
            return;
        }
        DataIntent ours = new DataIntent(image.id(), intent.store(), intent.url(), intent.kind(), worker.name());
        if (!places.tryAcquire()) {
            resumed.remove(image.id());
            return;
        }
        try {
            if (!ours.equals(intent)) {
                var _ = images.update(
                        image.id(),
                        ImageChange.builder().closes(intent).opens(ours).build(),
                        Guard.always());
            }
            StoreLocation at = image.locations().stream()
                    .map(ImageLocation::at)
                    .filter(one -> one.url().equals(intent.url()))
                    .findFirst()
                    .orElseGet(() -> StoreLocation.of(intent.url()));
            workers.execute(new Job(ours, task, at, null, null));
            LOG.info("digests of a location taken up again image={}", image.id());
        } catch (GlanceException | RejectedExecutionException refused) {
            // Taken over by somebody else, or for the next round.
            LOG.info("digests of a location not taken up again image={} cause={}", image.id(), refused.getMessage());
            places.release();
            resumed.remove(image.id());
        }
    }

    /** Accepts no more and breaks off what runs; the journal knows of it, and the next start goes on. */
    @Override
    public void close() {
        stopping = true;
        workers.shutdownNow();
        try {
            if (!workers.awaitTermination(CLEANUP.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("locations left to the recovery at the next start count={}", workers.getActiveCount());
            }
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
    }
}
