package glance.manage.fsck;

import glance.image.Image;
import glance.image.ImageLocation;
import glance.image.ImageStatus;
import glance.image.Registry;
import glance.manage.fsck.Finding.Kind;
import glance.manage.fsck.Finding.Outcome;
import glance.store.Capability;
import glance.store.Inventory;
import glance.store.Store;
import glance.store.StoreException;
import glance.store.Stores;
import glance.store.Stores.Configured;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One comparison of database, stores and staging directories. It may run beside the service: what rests less than the least
 * age is nobody's business here, and each suspicion is looked at a second time before it is told.
 */
public final class Fsck {
    private static final Logger LOG = LoggerFactory.getLogger(Fsck.class);

    private final Registry registry;
    private final Stores stores;
    private final FsckOptions options;
    private final Repairs repairs;
    private final Rehash rehash;
    private final Consumer<Finding> told;
    private final Tally tally = new Tally();

    /**
     * @param awaitsScrub whether the data of an image by this id waits for upstream's scrubber
     * @param told takes each finding as it is made
     */
    public Fsck(
            Registry registry,
            Stores stores,
            FsckOptions options,
            InstantSource clock,
            Predicate<String> awaitsScrub,
            Consumer<Finding> told) {
        this.registry = registry;
        this.stores = stores;
        this.options = options;
        this.repairs = new Repairs(registry, stores, clock, options.minAge(), awaitsScrub);
        this.rehash = new Rehash(options.bytesPerSecond());
        this.told = told;
    }

    /**
     * What a comparison looked at, and what it left.
     *
     * @param images records compared
     * @param stored data found in stores that can be listed
     * @param findings all of them
     * @param open findings that are still there
     */
    public record Summary(long images, long stored, long findings, long open) {}

    private static final class Tally {
        private long images;
        private long stored;
        private long findings;
        private long open;
    }

    /** Compares everything; the findings were told when it returns. */
    public Summary run() {
        new AllImages(registry.images()).forEach(this::compare);
        for (Configured configured : stores.all()) {
            Optional<Inventory> inventory = configured.store().ability(Inventory.class);
            if (inventory.isPresent()) {
                compare(configured.store(), inventory.get());
            } else if (configured.store().capabilities().contains(Capability.WRITE)) {
                LOG.info(
                        "store cannot be listed, data nobody records stays unseen there store={}",
                        configured.store().id());
            }
        }
        options.staging().forEach(this::compare);
        return new Summary(tally.images, tally.stored, tally.findings, tally.open);
    }

    private void compare(Image image) {
        tally.images++;
        if (repairs.isStuck(image)) {
            String detail = "status " + image.status().name().toLowerCase(Locale.ROOT) + " since " + image.updatedAt();
            tell(
                    Finding.of(Kind.STUCK, image.id().value(), detail),
                    () -> repairs.requeue(image.id().value()));
        }
        if (image.status() != ImageStatus.ACTIVE && image.status() != ImageStatus.DEACTIVATED) {
            return;
        }
        List<ImageLocation> active = stores.inOrder(image.locations());
        Long size = image.size();
        // API v1 makes an image of declared size 0 active at once: there is nothing to keep anywhere.
        boolean isEmpty = size != null && size == 0;
        if (active.isEmpty() && !isEmpty) {
            tellIfSame(image, null, Finding.of(Kind.MISSING_DATA, image.id().value(), "the image has no location"));
        }
        active.forEach(location -> compare(image, location));
    }

    private void compare(Image image, ImageLocation location) {
        Optional<Store> store = stores.holding(location.at());
        String id = image.id().value();
        if (store.isEmpty()) {
            Finding unreadable = Finding.of(Kind.UNREADABLE, id, "no configured store reads it");
            tellIfSame(image, location, unreadable.at("", location.at().toString()));
            return;
        }
        difference(image, location, store.get())
                .ifPresent(found -> tellIfSame(
                        image,
                        location,
                        found.at(store.get().id().value(), location.at().toString())));
    }

    private Optional<Finding> difference(Image image, ImageLocation location, Store store) {
        String id = image.id().value();
        try {
            long size = store.size(location.at());
            Long recorded = image.size();
            if (recorded != null && recorded != size) {
                return Optional.of(Finding.of(
                        Kind.SIZE_MISMATCH, id, "the data has " + size + " bytes, recorded are " + recorded));
            }
            return options.deep()
                    ? rehash.difference(image, store, location.at(), size)
                            .map(detail -> Finding.of(Kind.DIGEST_MISMATCH, id, detail))
                    : Optional.empty();
        } catch (StoreException.NotFound missing) {
            return Optional.of(Finding.of(Kind.MISSING_DATA, id, "the store has no data there"));
        } catch (IOException | IllegalArgumentException failure) {
            LOG.debug("data could not be looked at image={}", image.id(), failure);
            return Optional.of(
                    Finding.of(Kind.UNREADABLE, id, "the data could not be looked at: " + failure.getMessage()));
        }
    }

    /** Tells a finding unless the image was changed or deleted while it was looked at. */
    private void tellIfSame(Image image, @Nullable ImageLocation location, Finding finding) {
        Optional<Image> now = repairs.find(image.id().value());
        boolean same = now.isPresent()
                && now.get().status() == image.status()
                && (location == null
                        ? stores.inOrder(now.get().locations()).isEmpty()
                        : now.get().records(location.at().url()));
        if (same) {
            tell(finding, () -> Outcome.FOUND);
        }
    }

    private void compare(Store store, Inventory inventory) {
        try {
            inventory.visitAll(stored -> {
                tally.stored++;
                if (repairs.isOrphan(stored)) {
                    String detail = stored.size() + " bytes of " + stored.modifiedAt() + " that no image records";
                    Finding orphan = Finding.of(Kind.ORPHAN, stored.name(), detail)
                            .at(store.id().value(), stored.location().toString());
                    tell(orphan, () -> repairs.removeOrphan(store, stored));
                }
            });
        } catch (StoreException failure) {
            LOG.warn("store could not be listed store={}", store.id(), failure);
            Finding unreadable =
                    Finding.of(Kind.UNREADABLE, "", "the store could not be listed: " + failure.getMessage());
            tell(unreadable.at(store.id().value(), "everything"), () -> Outcome.FOUND);
        }
    }

    private void compare(Path staging) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(staging, "[!.]*")) {
            for (Path file : files) {
                compareStaged(file);
            }
        } catch (NoSuchFileException absent) {
            LOG.info("staging directory does not exist directory={}", staging);
        } catch (IOException failure) {
            Finding unreadable =
                    Finding.of(Kind.UNREADABLE, "", "the directory could not be listed: " + failure.getMessage());
            tell(unreadable.at("staging", staging.toString()), () -> Outcome.FOUND);
        }
    }

    private void compareStaged(Path file) throws IOException {
        String name = String.valueOf(file.getFileName());
        try {
            if (Files.isRegularFile(file)
                    && repairs.isLeftover(name, Files.getLastModifiedTime(file).toInstant())) {
                Finding leftover = Finding.of(
                                Kind.STAGING_LEFTOVER, name, Files.size(file) + " bytes that no import will take")
                        .at("staging", file.toString());
                tell(leftover, () -> repairs.removeStaged(file, name));
            }
        } catch (NoSuchFileException gone) {
            LOG.trace("staged file went away file={}", file);
        }
    }

    /** What mends a finding. */
    private interface Repair {
        Outcome run();
    }

    private void tell(Finding finding, Repair repair) {
        Outcome outcome = options.repair() && finding.kind().isMendable() ? repair.run() : Outcome.FOUND;
        tally.findings++;
        if (outcome == Outcome.FOUND || outcome == Outcome.FAILED) {
            tally.open++;
        }
        told.accept(finding.with(outcome));
    }
}
