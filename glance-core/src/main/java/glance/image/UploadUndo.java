package glance.image;

import glance.error.GlanceException;
import glance.store.StoreException;
import glance.store.StoreLocation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes back what an upload has claimed and written, when its data does not become the image's. Best effort: what fails here
 * is left to {@link Recovery} by the journal entries that stay open.
 */
final class UploadUndo {
    private static final Logger LOG = LoggerFactory.getLogger(UploadUndo.class);

    private final ImageRepository images;
    private final DataJournal journal;

    UploadUndo(Registry registry) {
        this.images = registry.images();
        this.journal = registry.journal();
    }

    /**
     * Makes sure that the bytes are ours to remove: trades the entries for new ones, which fails when another worker has
     * taken them over and renews our lease when not. An image that is to be killed says so in the new ones, too, should they
     * be left to {@link Recovery}.
     */
    Optional<UploadClaim> fenced(UploadClaim claim, Exception reason) {
        ImageChange.Builder change = ImageChange.builder();
        List<DataIntent> discards = new ArrayList<>();
        DataIntent.Kind kind =
                claim.afterFailure() == ImageStatus.KILLED ? DataIntent.Kind.COPY : DataIntent.Kind.DISCARD;
        for (DataIntent intent : claim.intents()) {
            discards.add(new DataIntent(intent.image(), intent.store(), intent.url(), kind, intent.worker()));
            change.closes(intent);
        }
        discards.forEach(change::opens);
        try {
            images.update(claim.id(), change.build(), Guard.always());
            return Optional.of(new UploadClaim(claim.image(), claim.store(), discards, claim.afterFailure()));
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
    void discard(UploadClaim claim, Exception reason) {
        if (removeBytes(claim, reason)) {
            closeEntries(claim, reason);
        }
    }

    void discardAndGiveUp(UploadClaim claim, Exception reason) {
        fenced(claim, reason).filter(ours -> removeBytes(ours, reason)).ifPresent(ours -> giveUp(ours, reason));
    }

    private boolean removeBytes(UploadClaim claim, Exception reason) {
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
    void giveUp(UploadClaim claim, Exception reason) {
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

    private void closeEntries(UploadClaim claim, Exception reason) {
        try {
            claim.intents().forEach(journal::close);
        } catch (RuntimeException failure) {
            leftToRecovery(claim, reason, failure);
        }
    }

    private static void warnTakenOver(UploadClaim claim) {
        LOG.warn("upload was taken over by another worker, its lease had run out image={}", claim.id());
    }

    private static void leftToRecovery(UploadClaim claim, Exception reason, Exception failure) {
        reason.addSuppressed(failure);
        LOG.warn("upload could not be undone, recovery will image={}", claim.id(), failure);
    }
}
