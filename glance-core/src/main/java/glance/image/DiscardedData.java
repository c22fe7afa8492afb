package glance.image;

import glance.store.StoreException;

/** Data that no image records any more. Implementations are thread-safe. */
public interface DiscardedData extends ImageRepository.IntentOf {
    /**
     * Removes the data an entry names, then closes the entry. Data that is not there, or that its store cannot delete, is
     * no error.
     *
     * @throws StoreException when the store does not do it now; the entry stays open
     */
    void remove(DataIntent intent) throws StoreException;
}
