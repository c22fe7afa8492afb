package glance.image;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Deleted images whose data is still there, with status {@code pending_delete}, whoever deleted them. Thread-safe. Every write
 * is one transaction, durable when the method returns.
 */
public interface RetiredImages {
    /**
     * Their ids in ascending order.
     *
     * @param until deleted then or before
     * @param after of the page before, null for the first
     */
    List<ImageId> deletedUntil(Instant until, @Nullable ImageId after, int limit);

    /** The image's locations whose data is to be removed: those given up while it lived, too. */
    List<ImageLocation> awaiting(ImageId id);

    /**
     * Opens {@code DISCARD} entries: from now on the image cannot be restored. Who has removed the data closes them in the
     * {@link DataJournal}; an image with no data left is {@code deleted} then, and one that has none now is so at once.
     *
     * @throws glance.error.GlanceException.NotFound when no such image awaits removal any more
     */
    void claim(ImageId id, List<DataIntent> removals);

    /** Takes a claim back whose data was not touched. */
    void release(DataIntent removal);

    /**
     * Brings the image back, {@code active}, with its properties, tags, members and what data it had.
     *
     * @throws glance.error.GlanceException.NotFound when there is no such image, or its row is purged
     * @throws glance.error.GlanceException.Conflict when it does not await the removal of its data, that has begun, or nothing of
     *     it is left
     */
    void restore(ImageId id);
}
