package glance.image;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Images' metadata. Thread-safe. Every write is one transaction, durable when the method returns. */
public interface ImageRepository {
    /**
     * One image with tags, properties and live locations.
     *
     * @throws glance.error.GlanceException.NotFound when absent, deleted or out of scope: one answer
     */
    Image get(ImageId id, Scope scope);

    /**
     * As {@link #get}, but deleted images are found, too.
     *
     * @throws glance.error.GlanceException.NotFound when there never was one, or its row is purged, or it is out of scope
     */
    Image getEver(ImageId id, Scope scope);

    /**
     * A page in the query's order, by keyset; a fixed number of statements whatever the page holds.
     *
     * @throws glance.error.GlanceException.InvalidRequest when the marker names no image, or a deleted one and the query does
     *     not look among deleted images
     * @throws glance.error.GlanceException.Forbidden when the marker exists but is out of scope
     */
    Page<Image> list(ImageQuery query, Scope scope);

    /**
     * Records a new image as given (status, times, tags, properties, locations, whose ids are given here).
     *
     * @throws glance.error.GlanceException.Conflict when the id is taken, be it by a deleted image
     */
    Image create(Image image);

    /**
     * Writes only the named changes, only if the guard holds; bumps {@code updated_at}.
     *
     * @return the image afterwards
     * @throws glance.error.GlanceException.NotFound when absent or deleted
     * @throws glance.error.GlanceException.Conflict when the guard does not hold; nothing was written
     */
    Image update(ImageId id, ImageChange change, Guard guard);

    /**
     * Soft-deletes the image and everything below it, and opens a {@code DISCARD} journal entry for each live location,
     * resolved to its store by {@code owner}. Its status is {@code deleted}, or {@code pending_delete} when the data of a
     * location given up before still awaits its removal.
     *
     * @return the journal entries opened
     * @throws glance.error.GlanceException.NotFound when absent or deleted
     * @throws glance.error.GlanceException.Conflict when the guard does not hold
     */
    List<DataIntent> delete(ImageId id, Guard guard, IntentOf owner);

    /**
     * Soft-deletes the image and everything below it, but leaves its data to a {@link Scrubber}: image and live locations have
     * status {@code pending_delete}. An image without locations is {@code deleted}, as by {@link #delete}.
     *
     * @throws glance.error.GlanceException.NotFound when absent or deleted
     * @throws glance.error.GlanceException.Conflict when the guard does not hold
     */
    void retire(ImageId id, Guard guard);

    /** Ids of live images in a status, oldest first. */
    List<ImageId> withStatus(ImageStatus status);

    /** What an owner uses; all zero for null. */
    Usage usage(@Nullable String owner);

    /** Makes the journal entry for a location that is being given up; null when no configured store holds it. */
    @FunctionalInterface
    interface IntentOf {
        @Nullable
        DataIntent discard(ImageId image, ImageLocation location);
    }

    /**
     * Quota sums of one project.
     *
     * @param storedBytes size × locations over its images
     * @param stagedBytes bytes in staging
     * @param count images
     * @param uploading images in {@code saving}, {@code uploading}, {@code importing} or being copied
     */
    record Usage(long storedBytes, long stagedBytes, long count, long uploading) {}
}
