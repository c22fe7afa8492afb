package glance.image;

import glance.store.StoreId;
import glance.store.StoreLocation;

/**
 * A journal entry about bytes in a store, recorded before the bytes are touched, so that whatever instant a process dies
 * at, a restart knows which bytes belong to nobody.
 *
 * @param url the location's URL
 * @param worker the process that owes the work; entries of a dead worker are settled by its successor
 */
public record DataIntent(ImageId image, StoreId store, String url, Kind kind, String worker) {
    /** What was going on. */
    public enum Kind {
        /** Data may appear at this location; it counts only once the image records it. */
        WRITE,
        /**
         * As {@link #WRITE}, of data the service fetches by itself, or that API v1 sends: an image that does not get it is
         * killed, not queued.
         */
        COPY,
        /** The image no longer records this location; the data must go. */
        DISCARD,
        /** A client has named data there, which becomes the image's once it is looked at; it is never ours to remove. */
        LOCATION
    }

    /** Without what is secret in the URL. */
    @Override
    public String toString() {
        return kind + " of image " + image + " at " + StoreLocation.of(url) + " in store " + store + " by " + worker;
    }
}
