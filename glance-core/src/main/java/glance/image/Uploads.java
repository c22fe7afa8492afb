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
import java.util.OptionalLong;
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
     * Stores {@code body} as the image's data and activates it. After a failure the image is what the request says, and no
     * bytes stay.
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
        try (Expected expected = claim(caller, id, request, DataIntent.Kind.WRITE)) {
            return expected.receive(request.declaredSize(), body);
        }
    }

    /**
     * Claims an image for data that the service will fetch by itself; its formats may be unset. A process that dies before
     * the data is there leaves the image to {@link Recovery}, which kills it.
     *
     * @return to be given the data or refused it, by one thread, and closed
     * @throws GlanceException as {@link #upload}, before any data
     */
    public Expected expect(Caller caller, ImageId id, UploadRequest request) {
        return claim(caller, id, request, DataIntent.Kind.COPY);
    }

    /** An image that is {@code saving} and waits for its data. Until closed nobody else works on its data. */
    public final class Expected implements AutoCloseable {
        private final DataTurns.Turn turn;
        private final Claim claim;
        private final Arrival arrival;

        private Expected(DataTurns.Turn turn, Claim claim, Arrival arrival) {
            this.turn = turn;
            this.claim = claim;
            this.arrival = arrival;
        }

        /**
         * Stores the data and activates the image.
         *
         * @param length bytes that will come, when known
         * @throws GlanceException as {@link Uploads#upload}; the image is given up then
         * @throws IOException when the source of the data breaks; the image is given up then
         */
        public Image receive(OptionalLong length, Payload body) throws IOException {
            Image active = Uploads.this.receive(claim, arrival.withLength(length), body);
            LOG.info("image status changed image={} from=saving to=active size={}", claim.id(), active.size());
            worker.failPoints().pass(FailPoint.UPLOAD_AFTER_ACTIVATE);
            return active;
        }

        /** Gives the image up: there will be no data. */
        public void refuse(Exception reason) {
            giveUp(claim, reason);
        }

        @Override
        public void close() {
            turn.close();
        }
    }

    private Expected claim(Caller caller, ImageId id, UploadRequest request, DataIntent.Kind kind) {
        ReadOnly.refuse(caller);
        long announced = Resource.toMebibytes(request.declaredSize().orElse(0));
        requireLimit(caller, Resource.IMAGE_SIZE_TOTAL, announced);
        Store store = stores.writable(request.store());
        Image image = access.require(caller, id, Action.UPLOAD_IMAGE);
        requireQueued(image);
        if (kind == DataIntent.Kind.WRITE) {
            requireFormats(image);
        }
        TransferLimits limits = limits(caller, request);
        limits.requireDeclaredFits();
        DataTurns.Turn turn = worker.turns().tryTake(id).orElseThrow(() -> conflict(image, ImageStatus.SAVING));
        try {
            Claim claim = claim(image, store, kind, request.afterFailure());
            return new Expected(turn, claim, new Arrival(caller, limits, request.declaredChecksum()));
        } catch (RuntimeException refused) {
            turn.close();
            throw refused;
        }
    }

    private void requireLimit(Caller caller, Resource resource, long delta) {
        rules.limits().check(caller.projectId(), () -> images.usage(caller.projectId()), resource, delta);
    }

    private static void requireQueued(Image image) {
        if (image.status() != ImageStatus.QUEUED) {
            throw conflict(image, image.status());
        }
    }

    private static void requireFormats(Image image) {
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

    /** What is known of the data before it comes. */
    private record Arrival(Caller caller, TransferLimits limits, Optional<String> declaredChecksum) {
        Arrival withLength(OptionalLong length) {
            TransferLimits known = new TransferLimits(length, limits.sizeCap(), limits.remainingQuota());
            return new Arrival(caller, known, declaredChecksum);
        }
    }

    /** What this upload holds once the image is {@code saving}. */
    private record Claim(Image image, Store store, List<DataIntent> intents, ImageStatus afterFailure) {
        ImageId id() {
            return image.id();
        }
    }

    /** One winner per image. */
    private Claim claim(Image image, Store store, DataIntent.Kind kind, ImageStatus afterFailure) {
        List<DataIntent> intents = store.candidates(image.id()).stream()
                .map(location -> new DataIntent(image.id(), store.id(), location.url(), kind, worker.name()))
                .toList();
        ImageChange.Builder change = ImageChange.builder().set(Attribute.STATUS, ImageStatus.SAVING);
        intents.forEach(change::opens);
        try {
            Image claimed = images.update(image.id(), change.build(), Guard.statusIs(ImageStatus.QUEUED));
            LOG.info("image status changed image={} from=queued to=saving", image.id());
            return new Claim(claimed, store, intents, afterFailure);
        } catch (GlanceException.Conflict raced) {
            LOG.debug("another request has claimed the image image={}", image.id());
            throw conflict(image, ImageStatus.SAVING);
        }
    }

    private Image receive(Claim claim, Arrival arrival, Payload body) throws IOException {
        TransferLimits limits = arrival.limits();
        Measured data;
        StoreLocation location;
        try {
            worker.failPoints().pass(FailPoint.UPLOAD_CLAIMED);
            // The image counts itself: it is saving by now.
            limits.requireDeclaredFits();
            requireLimit(arrival.caller(), Resource.IMAGE_COUNT_UPLOADING, 0);
            try (WriteSession<StoreLocation> session = claim.store().create(claim.id(), limits.declaredSize())) {
                data = transfer.copy(body, session, limits, rules.formats().inspect(claim.image()));
                requireChecksum(arrival, data);
                requireStillOurs(claim);
                location = session.commit();
            }
        } catch (StoreException.OutcomeUnknown failure) {
            discardAndGiveUp(claim, failure);
            throw UploadFailures.of(failure);
        } catch (IOException | RuntimeException failure) {
            // Nothing was committed, so the session has left nothing behind.
            giveUp(claim, failure);
            throw UploadFailures.rethrowable(failure);
        }
        try {
            worker.failPoints().pass(FailPoint.UPLOAD_BEFORE_ACTIVATE);
        } catch (IOException | RuntimeException failure) {
            discardAndGiveUp(claim, failure);
            throw failure;
        }
        return activate(claim, data, stores.recorded(claim.store(), location));
    }

    /** Before the store commits, so that nothing of wrong data stays. */
    private static void requireChecksum(Arrival arrival, Measured data) {
        arrival.declaredChecksum()
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
            return Optional.of(new Claim(claim.image(), claim.store(), discards, claim.afterFailure()));
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

    private void discardAndGiveUp(Claim claim, Exception reason) {
        fenced(claim, reason).filter(ours -> removeBytes(ours, reason)).ifPresent(ours -> giveUp(ours, reason));
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
    private void giveUp(Claim claim, Exception reason) {
        ImageChange.Builder change = ImageChange.builder().set(Attribute.STATUS, claim.afterFailure());
        claim.intents().forEach(change::closes);
        try {
            images.update(claim.id(), change.build(), Guard.statusIs(ImageStatus.SAVING));
            LOG.info(
                    "image status changed image={} from=saving to={} reason={}",
                    claim.id(),
                    claim.afterFailure().wire(),
                    reason.getMessage());
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
