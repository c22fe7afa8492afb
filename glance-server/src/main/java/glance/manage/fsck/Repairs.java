package glance.manage.fsck;

import glance.error.GlanceException;
import glance.image.Attribute;
import glance.image.DataIntent;
import glance.image.Guard;
import glance.image.Image;
import glance.image.ImageChange;
import glance.image.ImageId;
import glance.image.ImageStatus;
import glance.image.Registry;
import glance.image.Scope;
import glance.manage.fsck.Finding.Outcome;
import glance.store.Capability;
import glance.store.Inventory.Stored;
import glance.store.Store;
import glance.store.StoreException;
import glance.store.StoreLocation;
import glance.store.Stores;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Mends findings beside a running service. Everything is looked at again first, and whoever could upload to the image is
 * kept away by a guarded change of its status: an upload that wins that race keeps its data.
 */
final class Repairs {
    private static final Logger LOG = LoggerFactory.getLogger(Repairs.class);

    private final Registry registry;
    private final Stores stores;
    private final InstantSource clock;
    private final Duration minAge;
    private final Predicate<String> awaitsScrub;
    /** Each run's own: two at once tell each other's journal entries from their own. */
    private final String worker = "glance-manage fsck " + UUID.randomUUID();

    /**
     * @param awaitsScrub whether an image's data waits for upstream's scrubber
     */
    Repairs(Registry registry, Stores stores, InstantSource clock, Duration minAge, Predicate<String> awaitsScrub) {
        this.registry = registry;
        this.stores = stores;
        this.clock = clock;
        this.minAge = minAge;
        this.awaitsScrub = awaitsScrub;
    }

    Optional<Image> find(String id) {
        try {
            return Optional.of(registry.images().get(new ImageId(id), Scope.EVERYTHING));
        } catch (GlanceException.NotFound absent) {
            return Optional.empty();
        }
    }

    /** Whether somebody works on the image's data, or a crash's leftovers wait for the service to settle them. */
    boolean isUnderWork(String id) {
        return !registry.journal().open(new ImageId(id)).isEmpty();
    }

    boolean isOld(Instant time) {
        return time.isBefore(clock.instant().minus(minAge));
    }

    /** Whether nobody records this data, nor is about to. */
    boolean isOrphan(Stored stored) {
        if (!isOld(stored.modifiedAt()) || isUnderWork(stored.name()) || awaitsScrub.test(stored.name())) {
            return false;
        }
        Optional<Image> image = find(stored.name());
        return image.isEmpty() || (!image.get().records(stored.location().url()) && !isOnItsWay(image.get()));
    }

    private static boolean isOnItsWay(Image image) {
        return switch (image.status()) {
            case SAVING, UPLOADING, IMPORTING -> true;
            case QUEUED, ACTIVE, DEACTIVATED, PENDING_DELETE, KILLED, DELETED -> false;
        };
    }

    Outcome removeOrphan(Store store, Stored stored) {
        if (!isOrphan(stored)) {
            return Outcome.GONE;
        }
        Optional<Image> image = find(stored.name());
        try {
            if (image.isPresent() && image.get().status() == ImageStatus.QUEUED) {
                return whileSaving(image.get(), () -> store.delete(stored.location()));
            }
            // An image of another status takes no upload, an absent one no upload over data that is there.
            return store.delete(stored.location()) ? Outcome.REPAIRED : Outcome.GONE;
        } catch (StoreException failure) {
            LOG.warn("orphan could not be removed place={}", stored.location(), failure);
            return Outcome.FAILED;
        }
    }

    /** Whether the image rests in a status nobody will end. */
    boolean isStuck(Image image) {
        return isOnItsWay(image)
                && isOld(image.updatedAt())
                && !isUnderWork(image.id().value());
    }

    /** Queues a stuck image again; what is half-written in its place goes first. */
    Outcome requeue(String id) {
        Optional<Image> image = find(id);
        if (image.isEmpty() || !isStuck(image.get())) {
            return Outcome.GONE;
        }
        try {
            return whileSaving(image.get(), () -> {
                removeAnyBytes(image.get());
                return true;
            });
        } catch (StoreException failure) {
            LOG.warn("stuck image could not be queued again image={}", id, failure);
            return Outcome.FAILED;
        }
    }

    private interface Work {
        boolean run() throws StoreException;
    }

    /**
     * Makes the image {@code saving} under a journal entry of ours, works, and queues it. Should this process die midway,
     * the service settles the entry like that of a crashed upload.
     */
    private Outcome whileSaving(Image image, Work work) throws StoreException {
        Store store = stores.find(stores.defaultStore()).orElseThrow();
        String url = store.candidates(image.id()).stream()
                .map(StoreLocation::url)
                .findFirst()
                .orElse("none://" + image.id());
        DataIntent ours = new DataIntent(image.id(), store.id(), url, DataIntent.Kind.WRITE, worker);
        try {
            registry.images()
                    .update(
                            image.id(),
                            ImageChange.builder()
                                    .set(Attribute.STATUS, ImageStatus.SAVING)
                                    .opens(ours)
                                    .build(),
                            Guard.statusIs(image.status()));
        } catch (GlanceException.Conflict | GlanceException.NotFound raced) {
            LOG.debug("image changed before it was mended image={}", image.id());
            return Outcome.GONE;
        }
        // A guard cannot tell two repairs of an image that is saving already: both have entered. Whoever sees the other
        // leaves; the first to look may see nobody and goes on, and should both leave, the next run mends.
        if (!registry.journal().open(image.id()).equals(List.of(ours))) {
            registry.journal().close(ours);
            return Outcome.GONE;
        }
        boolean done = work.run();
        return queued(image, ours) && done ? Outcome.REPAIRED : Outcome.GONE;
    }

    /** Ends the work; whether it was still ours to end. */
    private boolean queued(Image image, DataIntent ours) {
        try {
            registry.images()
                    .update(
                            image.id(),
                            ImageChange.builder()
                                    .set(Attribute.STATUS, ImageStatus.QUEUED)
                                    .closes(ours)
                                    .build(),
                            Guard.statusIs(ImageStatus.SAVING));
            return true;
        } catch (GlanceException.Conflict | GlanceException.NotFound taken) {
            LOG.debug("image changed while it was mended image={}", image.id());
            registry.journal().close(ours);
            return false;
        }
    }

    private void removeAnyBytes(Image image) throws StoreException {
        for (Stores.Configured configured : stores.all()) {
            Store store = configured.store();
            if (store.capabilities().contains(Capability.DELETE)) {
                for (StoreLocation candidate : store.candidates(image.id())) {
                    if (!image.records(candidate.url())) {
                        store.delete(candidate);
                    }
                }
            }
        }
    }

    /** Whether no import will take this file. */
    boolean isLeftover(String name, Instant modifiedAt) {
        if (!isOld(modifiedAt) || isUnderWork(name)) {
            return false;
        }
        Optional<Image> image = find(name);
        return image.isEmpty()
                || !List.of(ImageStatus.UPLOADING, ImageStatus.IMPORTING)
                        .contains(image.get().status());
    }

    Outcome removeStaged(Path file, String name) {
        try {
            if (!isLeftover(name, Files.getLastModifiedTime(file).toInstant())) {
                return Outcome.GONE;
            }
            return Files.deleteIfExists(file) ? Outcome.REPAIRED : Outcome.GONE;
        } catch (IOException failure) {
            LOG.warn("staged file could not be removed file={}", file, failure);
            return Outcome.FAILED;
        }
    }
}
