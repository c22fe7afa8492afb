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
import glance.store.StoreId;
import glance.store.StoreLocation;
import glance.store.Stores;
import glance.store.WriteSession;
import java.io.IOException;
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
    private final UploadUndo undo;
    private final StoreReaders readers;
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
        this.undo = new UploadUndo(registry);
        this.readers = new StoreReaders(registry, stores);
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
     * Refuses, before anything is recorded, more data than any image may have, as API v1 does.
     *
     * @throws GlanceException.InvalidRequest when there is more
     */
    public void requireWithinCap(OptionalLong announced) {
        long cap = rules.quotas().imageSizeCap();
        if (announced.orElse(0) > cap) {
            throw new GlanceException.InvalidRequest(
                    "image size " + announced.getAsLong() + " exceeds the limit " + cap);
        }
    }

    /**
     * The store that API v1 names, be it by a scheme.
     *
     * @throws GlanceException.InvalidRequest when there is none
     */
    public StoreId storeCalled(String name) {
        return stores.all().stream()
                .map(Stores.Configured::store)
                .filter(store ->
                        store.id().value().equals(name) || store.schemes().contains(name))
                .map(Store::id)
                .findFirst()
                .orElseThrow(() -> new GlanceException.InvalidRequest("there is no store '" + name + "'"));
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
        private final UploadClaim claim;
        private final Arrival arrival;

        private Expected(DataTurns.Turn turn, UploadClaim claim, Arrival arrival) {
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
            // The project may have stored much since this was accepted.
            Arrival now = arrival.within(remainingQuota(arrival.caller()));
            Image active = Uploads.this.receive(claim, now.withLength(length), body);
            LOG.info("image status changed image={} from=saving to=active size={}", claim.id(), active.size());
            worker.failPoints().pass(FailPoint.UPLOAD_AFTER_ACTIVATE);
            readers.introduce(arrival.caller(), claim.id());
            return active;
        }

        /** Gives the image up: there will be no data. */
        public void refuse(Exception reason) {
            undo.giveUp(claim, reason);
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
        Store store = stores.actingFor(caller).writable(request.store());
        Image image = access.require(caller, id, Action.UPLOAD_IMAGE);
        requireQueued(image);
        if (kind == DataIntent.Kind.WRITE) {
            requireFormats(image);
        }
        TransferLimits limits = limits(caller, request);
        limits.requireDeclaredFits();
        DataTurns.Turn turn = worker.turns().tryTake(id).orElseThrow(() -> conflict(image, ImageStatus.SAVING));
        try {
            // What a crash leaves is settled by the entry: an image that is to be killed must say so there.
            DataIntent.Kind settled = request.afterFailure() == ImageStatus.KILLED ? DataIntent.Kind.COPY : kind;
            UploadClaim claim = claim(image, store, settled, request.afterFailure());
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
        return new TransferLimits(request.declaredSize(), rules.quotas().imageSizeCap(), remainingQuota(caller));
    }

    private long remainingQuota(Caller caller) {
        long quota = rules.quotas().userStorageBytes();
        return quota == 0 || rules.limits().areInForce()
                ? Long.MAX_VALUE
                : quota - images.usage(caller.projectId()).storedBytes();
    }

    /** What is known of the data before it comes. */
    private record Arrival(Caller caller, TransferLimits limits, Optional<String> declaredChecksum) {
        Arrival within(long remainingQuota) {
            TransferLimits now = new TransferLimits(limits.declaredSize(), limits.sizeCap(), remainingQuota);
            return new Arrival(caller, now, declaredChecksum);
        }

        Arrival withLength(OptionalLong length) {
            TransferLimits known = new TransferLimits(length, limits.sizeCap(), limits.remainingQuota());
            return new Arrival(caller, known, declaredChecksum);
        }
    }

    /** One winner per image. */
    private UploadClaim claim(Image image, Store store, DataIntent.Kind kind, ImageStatus afterFailure) {
        List<DataIntent> intents = store.candidates(image.id()).stream()
                .map(location -> new DataIntent(image.id(), store.id(), location.url(), kind, worker.name()))
                .toList();
        ImageChange.Builder change = ImageChange.builder().set(Attribute.STATUS, ImageStatus.SAVING);
        intents.forEach(change::opens);
        try {
            Image claimed = images.update(image.id(), change.build(), Guard.statusIs(ImageStatus.QUEUED));
            LOG.info("image status changed image={} from=queued to=saving", image.id());
            return new UploadClaim(claimed, store, intents, afterFailure);
        } catch (GlanceException.Conflict raced) {
            LOG.debug("another request has claimed the image image={}", image.id());
            throw conflict(image, ImageStatus.SAVING);
        }
    }

    private Image receive(UploadClaim claim, Arrival arrival, Payload body) throws IOException {
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
            undo.discardAndGiveUp(claim, failure);
            throw UploadFailures.of(failure);
        } catch (IOException | RuntimeException failure) {
            // Nothing was committed, so the session has left nothing behind.
            undo.giveUp(claim, failure);
            throw UploadFailures.rethrowable(failure);
        }
        try {
            worker.failPoints().pass(FailPoint.UPLOAD_BEFORE_ACTIVATE);
        } catch (IOException | RuntimeException failure) {
            undo.discardAndGiveUp(claim, failure);
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
    private void requireStillOurs(UploadClaim claim) {
        if (!journal.open(claim.id()).containsAll(claim.intents())) {
            throw new GlanceException.Gone(
                    "the upload to image " + claim.id() + " was interrupted for too long and has been undone");
        }
    }

    private Image activate(UploadClaim claim, Measured data, StoreLocation location) {
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
            undo.discard(claim, deleted);
            throw gone(claim, deleted);
        } catch (GlanceException.Conflict refused) {
            undo.fenced(claim, refused).ifPresent(ours -> undo.discard(ours, refused));
            throw gone(claim, refused);
        } catch (RuntimeException unknown) {
            return decideAfter(unknown, claim, location);
        }
    }

    /** The registry's answer was lost: looks, and when that does not help either leaves the bytes to {@link Recovery}. */
    private Image decideAfter(RuntimeException unknown, UploadClaim claim, StoreLocation location) {
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

    private GlanceException.Gone gone(UploadClaim claim, RuntimeException refused) {
        return new GlanceException.Gone(
                "Image " + claim.id() + " was deleted or changed while its data was being uploaded", refused);
    }
}
