package glance.image;

import glance.auth.Caller;
import glance.error.GlanceException;
import glance.fault.FailPoint;
import glance.format.ImageFormats;
import glance.image.transfer.Measured;
import glance.image.transfer.Transfer;
import glance.image.transfer.TransferLimits;
import glance.policy.Action;
import glance.quota.ProjectLimits;
import glance.quota.ProjectLimits.Resource;
import glance.quota.Quotas;
import glance.store.Payload;
import glance.store.Store;
import glance.store.StoreException;
import glance.store.StoreLocation;
import glance.store.Stores;
import glance.store.WriteSession;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Receives image data. The order of steps is what makes it safe to die at any of them: the journal says where bytes may
 * appear before any do; the image is active only once they are durable; the journal entry goes with the same transaction
 * that activates or queues the image. Whoever holds the entry decides about the bytes: a worker whose entry was taken over
 * ({@link Recovery}) can neither activate nor queue the image, and leaves the bytes alone.
 */
public final class Uploads {
    private static final Logger LOG = LoggerFactory.getLogger(Uploads.class);

    private final ImageRepository images;
    private final DataJournal journal;
    private final ImageAccess access;
    private final Stores stores;
    private final Transfer transfer;
    private final Rules rules;
    private final Worker worker;

    /** What limits an upload. */
    public record Rules(Quotas quotas, ImageFormats formats, ProjectLimits limits) {
        /** Without limits kept in the identity service. */
        public Rules(Quotas quotas, ImageFormats formats) {
            this(quotas, formats, ProjectLimits.OFF);
        }
    }

    public Uploads(
            Registry registry, ImageAccess access, Stores stores, Transfer transfer, Rules rules, Worker worker) {
        this.images = registry.images();
        this.journal = registry.journal();
        this.access = access;
        this.stores = stores;
        this.transfer = transfer;
        this.rules = rules;
        this.worker = worker;
    }

    /**
     * Stores {@code body} as the image's data and activates it. After a failure the image is queued again and no bytes stay.
     *
     * @return the active image
     * @throws GlanceException.InvalidRequest when the formats are unset, the store is unknown, or the size or the
     *     checksum is not the declared one
     * @throws GlanceException.Conflict when the image is not queued, or other data is in its place
     * @throws GlanceException.Gone when the image was deleted meanwhile, or the store does not take data
     * @throws GlanceException.LimitExceeded when there is too much of it
     * @throws GlanceException.UnsupportedMedia when the content is not what the image claims
     * @throws GlanceException.Unavailable when the store or the registry does not answer
     * @throws IOException when the client has gone
     */
    public Image upload(Caller caller, ImageId id, UploadRequest request, Payload body) throws IOException {
        ReadOnly.refuse(caller);
        long announced = Resource.toMebibytes(request.declaredSize().orElse(0));
        requireLimit(caller, Resource.IMAGE_SIZE_TOTAL, announced);
        Store store = stores.writable(request.store());
        Image image = access.require(caller, id, Action.UPLOAD_IMAGE);
        requireUploadable(image);
        TransferLimits limits = limits(caller, request);
        limits.requireDeclaredFits();
        try (DataTurns.Turn _ = worker.turns().tryTake(id).orElseThrow(() -> conflict(image, ImageStatus.SAVING))) {
            Claim claim = claim(image, store);
            Image active = receive(caller, claim, limits, request, body);
            LOG.info("image status changed image={} from=saving to=active size={}", id, active.size());
            worker.failPoints().pass(FailPoint.UPLOAD_AFTER_ACTIVATE);
            return active;
        }
    }

    private void requireLimit(Caller caller, Resource resource, long delta) {
        rules.limits().check(caller.projectId(), () -> images.usage(caller.projectId()), resource, delta);
    }

    private static void requireUploadable(Image image) {
        if (image.status() != ImageStatus.QUEUED) {
            throw conflict(image, image.status());
        }
        if (image.diskFormat() == null || image.containerFormat() == null) {
            throw new GlanceException.InvalidRequest(
                    "disk_format and container_format must be set before data is uploaded to image " + image.id());
        }
    }

    private static GlanceException.Conflict conflict(Image image, ImageStatus status) {
        return new GlanceException.Conflict("Image " + image.id() + " has status " + status.wire()
                + "; data can be uploaded only to a queued image");
    }

    private TransferLimits limits(Caller caller, UploadRequest request) {
        long quota = rules.quotas().userStorageBytes();
        long remaining = quota == 0 || rules.limits().areInForce()
                ? Long.MAX_VALUE
                : quota - images.usage(caller.projectId()).storedBytes();
        return new TransferLimits(request.declaredSize(), rules.quotas().imageSizeCap(), remaining);
    }

    /** What this upload holds once the image is {@code saving}. */
    private record Claim(Image image, Store store, List<DataIntent> intents) {
        ImageId id() {
            return image.id();
        }
    }

    /** One winner per image. */
    private Claim claim(Image image, Store store) {
        List<DataIntent> intents = store.candidates(image.id()).stream()
                .map(location ->
                        new DataIntent(image.id(), store.id(), location.url(), DataIntent.Kind.WRITE, worker.name()))
                .toList();
        ImageChange.Builder change = ImageChange.builder().set(Attribute.STATUS, ImageStatus.SAVING);
        intents.forEach(change::opens);
        try {
            Image claimed = images.update(image.id(), change.build(), Guard.statusIs(ImageStatus.QUEUED));
            LOG.info("image status changed image={} from=queued to=saving", image.id());
            return new Claim(claimed, store, intents);
        } catch (GlanceException.Conflict raced) {
            LOG.debug("another request has claimed the image image={}", image.id());
            throw conflict(image, ImageStatus.SAVING);
        }
    }

    private Image receive(Caller caller, Claim claim, TransferLimits limits, UploadRequest request, Payload body)
            throws IOException {
        Measured data;
        StoreLocation location;
        try {
            worker.failPoints().pass(FailPoint.UPLOAD_CLAIMED);
            // The image counts itself: it is saving by now.
            requireLimit(caller, Resource.IMAGE_COUNT_UPLOADING, 0);
            try (WriteSession<StoreLocation> session = claim.store().create(claim.id(), limits.declaredSize())) {
                data = transfer.copy(body, session, limits, rules.formats().inspect(claim.image()));
                requireChecksum(request, data);
                requireStillOurs(claim);
                location = session.commit();
            }
        } catch (StoreException.OutcomeUnknown failure) {
            discardAndRequeue(claim, failure);
            throw UploadFailures.of(failure);
        } catch (IOException | RuntimeException failure) {
            // Nothing was committed, so the session has left nothing behind.
            requeue(claim, failure);
            throw UploadFailures.rethrowable(failure);
        }
        try {
            worker.failPoints().pass(FailPoint.UPLOAD_BEFORE_ACTIVATE);
        } catch (IOException | RuntimeException failure) {
            discardAndRequeue(claim, failure);
            throw failure;
        }
        return activate(claim, data, stores.recorded(claim.store(), location));
    }

    /** Before the store commits, so that nothing of wrong data stays. */
    private static void requireChecksum(UploadRequest request, Measured data) {
        request.declaredChecksum()
                .filter(declared -> !declared.equalsIgnoreCase(data.checksum()))
                .ifPresent(declared -> {
                    throw new GlanceException.InvalidRequest(
                            "the data's checksum is " + data.checksum() + ", declared was '" + declared + "'");
                });
    }

    /**
     * Asked once the store holds half-written data: whoever takes the upload over from here on finds that data and removes
     * it, so that the commit fails. Before, there was nothing to find.
     */
    private void requireStillOurs(Claim claim) {
        if (!journal.open(claim.id()).containsAll(claim.intents())) {
            throw new GlanceException.Gone(
                    "the upload to image " + claim.id() + " was interrupted for too long and has been undone");
        }
    }

    private Image activate(Claim claim, Measured data, StoreLocation location) {
        ImageChange.Builder change = ImageChange.builder()
                .set(Attribute.STATUS, ImageStatus.ACTIVE)
                .set(Attribute.SIZE, data.size())
                .set(Attribute.VIRTUAL_SIZE, data.virtualSize())
                .set(Attribute.CHECKSUM, data.checksum())
                .set(Attribute.OS_HASH_ALGO, data.hashAlgorithm())
                .set(Attribute.OS_HASH_VALUE, data.hashValue())
                .addLocation(location);
        claim.intents().forEach(change::closes);
        try {
            return images.update(claim.id(), change.build(), Guard.statusIs(ImageStatus.SAVING));
        } catch (GlanceException.NotFound deleted) {
            // Nobody can use this id again, so the bytes are nobody else's.
            discard(claim, deleted);
            throw gone(claim, deleted);
        } catch (GlanceException.Conflict refused) {
            fenced(claim, refused).ifPresent(ours -> discard(ours, refused));
            throw gone(claim, refused);
        } catch (RuntimeException unknown) {
            return decideAfter(unknown, claim, location);
        }
    }

    /** The registry's answer was lost: looks, and when that does not help either leaves the bytes to {@link Recovery}. */
    private Image decideAfter(RuntimeException unknown, Claim claim, StoreLocation location) {
        try {
            Image now = images.get(claim.id(), Scope.EVERYTHING);
            if (now.status().hasData() && now.records(location.url())) {
                return now;
            }
        } catch (RuntimeException second) {
            unknown.addSuppressed(second);
        }
        LOG.warn("image may or may not have been activated, recovery decides image={}", claim.id(), unknown);
        throw unknown;
    }

    private GlanceException.Gone gone(Claim claim, RuntimeException refused) {
        return new GlanceException.Gone(
                "Image " + claim.id() + " was deleted or changed while its data was being uploaded", refused);
    }

    /**
     * Makes sure that the bytes are ours to remove: trades the entries for new ones, which fails when another worker has
     * taken them over and renews our lease when not.
     */
    private Optional<Claim> fenced(Claim claim, Exception reason) {
        ImageChange.Builder change = ImageChange.builder();
        List<DataIntent> discards = new ArrayList<>();
        for (DataIntent intent : claim.intents()) {
            discards.add(new DataIntent(
                    intent.image(), intent.store(), intent.url(), DataIntent.Kind.DISCARD, intent.worker()));
            change.closes(intent);
        }
        discards.forEach(change::opens);
        try {
            images.update(claim.id(), change.build(), Guard.always());
            return Optional.of(new Claim(claim.image(), claim.store(), discards));
        } catch (GlanceException.NotFound deleted) {
            return Optional.of(claim);
        } catch (GlanceException.Conflict lost) {
            warnTakenOver(claim);
            return Optional.empty();
        } catch (RuntimeException failure) {
            leftToRecovery(claim, reason, failure);
            return Optional.empty();
        }
    }

    /** Removes committed bytes that nothing records and closes the journal entries. */
    private void discard(Claim claim, Exception reason) {
        if (removeBytes(claim, reason)) {
            closeEntries(claim, reason);
        }
    }

    private void discardAndRequeue(Claim claim, Exception reason) {
        fenced(claim, reason).filter(ours -> removeBytes(ours, reason)).ifPresent(ours -> requeue(ours, reason));
    }

    private boolean removeBytes(Claim claim, Exception reason) {
        try {
            for (DataIntent intent : claim.intents()) {
                claim.store().delete(StoreLocation.of(intent.url()));
            }
            return true;
        } catch (StoreException failure) {
            leftToRecovery(claim, reason, failure);
            return false;
        }
    }

    /** Best effort: its own failure is suppressed onto {@code reason}, the journal entries stay for {@link Recovery}. */
    private void requeue(Claim claim, Exception reason) {
        ImageChange.Builder change = ImageChange.builder().set(Attribute.STATUS, ImageStatus.QUEUED);
        claim.intents().forEach(change::closes);
        try {
            images.update(claim.id(), change.build(), Guard.statusIs(ImageStatus.SAVING));
            LOG.info("image status changed image={} from=saving to=queued reason={}", claim.id(), reason.getMessage());
        } catch (GlanceException.NotFound deleted) {
            closeEntries(claim, reason);
        } catch (GlanceException.Conflict lost) {
            warnTakenOver(claim);
        } catch (RuntimeException failure) {
            leftToRecovery(claim, reason, failure);
        }
    }

    private void closeEntries(Claim claim, Exception reason) {
        try {
            claim.intents().forEach(journal::close);
        } catch (RuntimeException failure) {
            leftToRecovery(claim, reason, failure);
        }
    }

    private static void warnTakenOver(Claim claim) {
        LOG.warn("upload was taken over by another worker, its lease had run out image={}", claim.id());
    }

    private static void leftToRecovery(Claim claim, Exception reason, Exception failure) {
        reason.addSuppressed(failure);
        LOG.warn("upload could not be undone, recovery will image={}", claim.id(), failure);
    }
}
