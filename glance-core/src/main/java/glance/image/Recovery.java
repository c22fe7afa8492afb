package glance.image;

import glance.error.GlanceException;
import glance.store.Capability;
import glance.store.Store;
import glance.store.StoreException;
import glance.store.StoreLocation;
import glance.store.Stores;
import glance.store.Stores.Configured;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Mends what a crash, a lost answer or an unreachable store left: images stuck in {@code saving}, bytes nobody records,
 * half-written files. Run before the first request is taken and then periodically; says each thing it did.
 *
 * <p>It acts only on open {@link DataIntent}s that are abandoned: this worker's own that no running upload holds, and those
 * of workers that have not renewed for the lease. Such a worker may merely be slow, so its entry is taken over first: after
 * that it can neither activate nor queue the image. Then the bytes go, half-written ones too, and only then is the image
 * queued again, in the transaction that closes the entry: whoever claims it next starts on empty ground. An abandoned copy
 * or upload of API v1 is killed instead.
 */
public final class Recovery {
    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

    /** Images whose trouble is told by a warning of their own. */
    private static final int MOST_TOLD = 1000;

    private final ImageRepository images;
    private final DataJournal journal;
    private final Stores stores;
    private final Worker worker;
    private final Duration lease;
    private final NamedLocations named;
    private final Set<ImageId> unsettled = ConcurrentHashMap.newKeySet();

    /**
     * @param lease time without a renewal after which another worker's entries are abandoned; far longer than the
     *     interval between rounds, and than any pause of a process
     */
    public Recovery(Registry registry, Stores stores, Worker worker, Duration lease) {
        this(registry, stores, worker, lease, (_, _) -> Optional.of(() -> {}));
    }

    /** Who settles entries of kind {@code LOCATION}. */
    @FunctionalInterface
    public interface NamedLocations {
        /**
         * @param image empty when it was deleted
         * @return empty when the entry is closed; else what to do about it once the image's turn is free again
         */
        Optional<Runnable> settle(Optional<Image> image, DataIntent intent);
    }

    /** As above. */
    public Recovery(Registry registry, Stores stores, Worker worker, Duration lease, NamedLocations named) {
        this.named = named;
        this.images = registry.images();
        this.journal = registry.journal();
        this.stores = stores;
        this.worker = worker;
        this.lease = lease;
    }

    /**
     * What one round did.
     *
     * @param settled journal entries closed
     * @param queued images queued again
     * @param swept half-written leftovers removed
     * @param left journal entries that could not be settled now
     */
    public record Mended(int settled, int queued, int swept, int left) {
        boolean isNothing() {
            return settled == 0 && queued == 0 && swept == 0 && left == 0;
        }
    }

    /** Before the first request: sweeps the stores and settles what is abandoned. */
    public Mended atStart() {
        Tally tally = new Tally();
        sweep(tally);
        settle(journal.abandoned(worker.name(), lease), tally);
        return told("recovery at start", tally);
    }

    /**
     * The same where no other service works on the same registry: every open entry is abandoned, whatever worker it names.
     * An image in {@code saving} that no entry explains is queued again too, and what is in its place removed: it is the
     * half-finished upload of a service that keeps no journal.
     */
    public Mended atStartAlone() {
        Tally tally = new Tally();
        sweep(tally);
        settle(journal.open(), tally);
        List<DataIntent> left = journal.open();
        for (ImageId image : images.withStatus(ImageStatus.SAVING)) {
            if (left.stream().noneMatch(intent -> intent.image().equals(image))) {
                adopt(image, tally);
            }
        }
        return told("recovery at start", tally);
    }

    /** Removes from the stores what nobody writes any more. Uploads under way are left alone. */
    public Mended sweep() {
        Tally tally = new Tally();
        sweep(tally);
        return told("sweep", tally);
    }

    /** One periodic round: renews this worker's lease and settles what is abandoned. */
    public Mended round() {
        journal.renew(worker.name());
        Tally tally = new Tally();
        settle(journal.abandoned(worker.name(), lease), tally);
        return told("recovery", tally);
    }

    private static final class Tally {
        private int settled;
        private int queued;
        private int swept;
        private int left;
        private final List<Runnable> afterwards = new ArrayList<>();
    }

    private static Mended told(String phrase, Tally tally) {
        Mended mended = new Mended(tally.settled, tally.queued, tally.swept, tally.left);
        if (!mended.isNothing()) {
            LOG.info(
                    "{} settled={} queued={} swept={} left={}",
                    phrase,
                    tally.settled,
                    tally.queued,
                    tally.swept,
                    tally.left);
        }
        return mended;
    }

    private void sweep(Tally tally) {
        List<Store> all =
                new ArrayList<>(stores.all().stream().map(Configured::store).toList());
        all.addAll(stores.reserved());
        for (Store store : all) {
            try {
                int removed = store.sweep();
                tally.swept += removed;
                if (removed > 0) {
                    LOG.info("half-written data removed store={} count={}", store.id(), removed);
                }
            } catch (StoreException failure) {
                LOG.warn("store could not be swept store={}", store.id(), failure);
            }
        }
    }

    private void settle(List<DataIntent> abandoned, Tally tally) {
        Map<ImageId, List<DataIntent>> byImage = new LinkedHashMap<>();
        for (DataIntent intent : abandoned) {
            byImage.computeIfAbsent(intent.image(), _ -> new ArrayList<>()).add(intent);
        }
        byImage.forEach((image, intents) -> {
            // Without the turn a running upload holds these entries: nothing is abandoned.
            worker.turns().tryTake(image).ifPresent(turn -> {
                try (turn) {
                    settle(image, intents, tally);
                    unsettled.remove(image);
                } catch (StoreException | RuntimeException failure) {
                    tally.left += intents.size();
                    tell(image, failure);
                }
            });
            tally.afterwards.forEach(Runnable::run);
            tally.afterwards.clear();
        });
    }

    /** Once per image: a store that was taken out of the configuration stays out for many rounds. */
    private void tell(ImageId image, Exception failure) {
        if (unsettled.size() < MOST_TOLD && unsettled.add(image)) {
            LOG.warn("abandoned data could not be settled, will be tried each round image={}", image, failure);
        } else {
            LOG.debug("abandoned data still not settled image={} cause={}", image, failure.toString());
        }
    }

    private void settle(ImageId id, List<DataIntent> abandoned, Tally tally) throws StoreException {
        List<DataIntent> intents = new ArrayList<>(abandoned);
        // An upload may have closed some between the look and our turn.
        intents.retainAll(journal.open(id));
        Optional<Image> image = find(id);
        for (DataIntent intent : List.copyOf(intents)) {
            if (intent.kind() == DataIntent.Kind.LOCATION) {
                intents.remove(intent);
                Optional<Runnable> later = named.settle(image, intent);
                tally.settled += later.isEmpty() ? 1 : 0;
                later.ifPresent(tally.afterwards::add);
            } else if (image.isPresent() && image.get().records(intent.url())) {
                close(intent, "recorded", tally);
                intents.remove(intent);
            }
        }
        if (intents.isEmpty()) {
            return;
        }
        if (image.isPresent() && isClaimable(image.get())) {
            undoUpload(image.get(), intents, tally);
            return;
        }
        for (DataIntent intent : intents) {
            removeBytes(intent);
            close(intent, "removed", tally);
        }
    }

    private Optional<Image> find(ImageId id) {
        try {
            return Optional.of(images.get(id, Scope.EVERYTHING));
        } catch (GlanceException.NotFound deleted) {
            return Optional.empty();
        }
    }

    /** Whether the next upload could claim the image, now or once it is queued. */
    private static boolean isClaimable(Image image) {
        return image.status() == ImageStatus.SAVING || image.status() == ImageStatus.QUEUED;
    }

    private void undoUpload(Image image, List<DataIntent> intents, Tally tally) throws StoreException {
        Optional<List<DataIntent>> own = takeOver(image, intents);
        if (own.isEmpty()) {
            return;
        }
        for (DataIntent intent : own.get()) {
            removeBytes(intent);
        }
        requeue(image.id(), own.get(), tally);
    }

    /**
     * Makes the entries ours and the image {@code saving}, so that nobody else can touch either; the entries as they are
     * then, or nothing when another worker was faster.
     */
    private Optional<List<DataIntent>> takeOver(Image image, List<DataIntent> intents) {
        List<DataIntent> own = new ArrayList<>();
        ImageChange.Builder change = ImageChange.builder().set(Attribute.STATUS, ImageStatus.SAVING);
        for (DataIntent intent : intents) {
            DataIntent ours =
                    new DataIntent(intent.image(), intent.store(), intent.url(), intent.kind(), worker.name());
            if (!intent.equals(ours)) {
                change.closes(intent);
            }
            if (!own.contains(ours)) {
                own.add(ours);
                if (!intents.contains(ours)) {
                    change.opens(ours);
                }
            }
        }
        ImageChange whole = change.build();
        boolean ours = whole.closes().isEmpty() && image.status() == ImageStatus.SAVING;
        try {
            if (!ours) {
                images.update(image.id(), whole, Guard.statusIs(image.status()));
                LOG.info("abandoned upload taken over image={}", image.id());
            }
            return Optional.of(own);
        } catch (GlanceException.Conflict | GlanceException.NotFound raced) {
            LOG.debug("abandoned upload was settled by somebody else image={}", image.id());
            return Optional.empty();
        }
    }

    private void removeBytes(DataIntent intent) throws StoreException {
        if (DataRemoval.remove(stores.find(intent.store()), intent)) {
            LOG.info("data nobody records removed image={} store={}", intent.image(), intent.store());
        }
    }

    private void close(DataIntent intent, String outcome, Tally tally) {
        journal.close(intent);
        tally.settled++;
        LOG.info("abandoned data settled image={} store={} outcome={}", intent.image(), intent.store(), outcome);
    }

    /** A client can send its data again; what the service was to fetch nobody will, and API v1 has no second upload. */
    private void requeue(ImageId image, List<DataIntent> own, Tally tally) {
        boolean copy = own.stream().anyMatch(intent -> intent.kind() == DataIntent.Kind.COPY);
        ImageStatus next = copy ? ImageStatus.KILLED : ImageStatus.QUEUED;
        ImageChange.Builder change = ImageChange.builder().set(Attribute.STATUS, next);
        own.forEach(change::closes);
        try {
            images.update(image, change.build(), Guard.statusIs(ImageStatus.SAVING));
            LOG.info(
                    "image status changed image={} from=saving to={} reason=abandoned {}",
                    image,
                    next.wire(),
                    copy ? "copy or upload of API v1" : "upload");
            tally.queued += copy ? 0 : 1;
        } catch (GlanceException.NotFound deleted) {
            own.forEach(journal::close);
        } catch (GlanceException.Conflict raced) {
            LOG.debug("image changed while its upload was undone image={}", image);
            return;
        }
        tally.settled += own.size();
    }

    private void adopt(ImageId image, Tally tally) {
        worker.turns().tryTake(image).ifPresent(turn -> {
            try (turn) {
                removeAnyBytes(image);
                requeue(image, List.of(), tally);
            } catch (StoreException | RuntimeException failure) {
                tally.left++;
                LOG.warn("image could not be queued again image={}", image, failure);
            }
        });
    }

    /** A service that writes in place has left its half-written file under the final name. */
    private void removeAnyBytes(ImageId image) throws StoreException {
        for (Configured configured : stores.all()) {
            Store store = configured.store();
            if (store.capabilities().contains(Capability.DELETE)) {
                for (StoreLocation candidate : store.candidates(image)) {
                    store.delete(candidate);
                }
            }
        }
    }
}
