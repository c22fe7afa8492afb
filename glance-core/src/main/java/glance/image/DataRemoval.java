package glance.image;

import glance.auth.Caller;
import glance.error.GlanceException;
import glance.fault.FailPoint;
import glance.store.Capability;
import glance.store.Lender;
import glance.store.Store;
import glance.store.StoreException;
import glance.store.StoreLocation;
import glance.store.Stores;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes data that an image gives up. Usually after the record is gone, so that no record leads nowhere, and with a journal
 * entry for what could not be removed. A store that may refuse is asked before: a refusal leaves image and data as they were.
 */
final class DataRemoval {
    private static final Logger LOG = LoggerFactory.getLogger(DataRemoval.class);

    private final DataJournal journal;
    private final Stores stores;
    private final Worker worker;

    DataRemoval(DataJournal journal, Stores stores, Worker worker) {
        this.journal = journal;
        this.stores = stores;
        this.worker = worker;
    }

    /**
     * Asks the data of those locations back whose store may refuse; where a store cannot be asked so, removes it. A process that
     * dies before the record is changed leaves a record of data that nobody may use, or that is gone; the same request again
     * mends it.
     *
     * @return what was asked back, to be given back when the record stays
     * @throws GlanceException.Conflict when something still uses the data; what was asked back has been given back
     * @throws GlanceException.Unavailable when a store cannot tell
     */
    Reclaimed beforehand(ImageId image, List<ImageLocation> locations) {
        Reclaimed reclaimed = new Reclaimed(image);
        for (ImageLocation location : locations) {
            Optional<Store> store = stores.holding(location.at())
                    .filter(holder -> holder.capabilities().contains(Capability.IN_USE));
            if (store.isPresent()) {
                Optional<Lender> lender = store.get().ability(Lender.class);
                if (lender.isPresent()) {
                    reclaimed.add(lender.get(), location.at());
                } else {
                    removeIfUnused(image, location, store.get());
                }
            }
        }
        return reclaimed;
    }

    private static void removeIfUnused(ImageId image, ImageLocation location, Store store) {
        try {
            var _ = store.delete(location.at());
        } catch (StoreException.InUse used) {
            throw new GlanceException.Conflict(
                    "Image " + image + " could not be deleted because it is in use in store " + store.id(), used);
        } catch (StoreException failed) {
            // Not refused: the record may go, and the journal sees to the data.
            LOG.warn("image data not removed yet image={} store={}", image, store.id(), failed);
        }
    }

    /**
     * Removes the data of a journal entry and closes it; a store that fails leaves it to {@link Recovery}.
     *
     * @param caller with whose rights, where the data is in somebody's own account
     * @throws IOException only from an armed fail point
     */
    void owed(Caller caller, DataIntent intent) throws IOException {
        try {
            var _ = remove(stores.actingFor(caller).find(intent.store()), intent);
            worker.failPoints().pass(FailPoint.DELETE_AFTER_DATA);
            journal.close(intent);
        } catch (StoreException | GlanceException.Unavailable failed) {
            LOG.warn("image data not removed, recovery will image={} store={}", intent.image(), intent.store(), failed);
        }
    }

    /**
     * Removes the data of a journal entry; that of a store which removes nothing is somebody else's.
     *
     * @param holder the entry's store, if it is configured
     * @return whether there was any
     * @throws StoreException.Unavailable also when it is not configured
     */
    static boolean remove(Optional<Store> holder, DataIntent intent) throws StoreException {
        Store store = holder.orElseThrow(() ->
                new StoreException.Unavailable("store '" + intent.store() + "' is not configured any more", null));
        return store.capabilities().contains(Capability.DELETE) && store.delete(StoreLocation.of(intent.url()));
    }
}
