package glance.image;

import glance.error.GlanceException;
import glance.store.StoreException;
import java.io.IOException;

/** What a store's failure means for an upload. */
final class UploadFailures {
    private UploadFailures() {}

    /** The store's failure as the client is told it. */
    static GlanceException of(StoreException failure) {
        return switch (failure) {
            case StoreException.Full _ -> new GlanceException.LimitExceeded("Image storage media is full", failure);
            case StoreException.AlreadyExists _ ->
                new GlanceException.Conflict("there is data in the image's place already", failure);
            case StoreException.Denied _ ->
                new GlanceException.Unavailable("Insufficient permissions on image storage media", failure);
            case StoreException.Unsupported _ ->
                new GlanceException.Gone("the store does not take this image's data", failure);
            case StoreException.NotFound _ ->
                new GlanceException.Gone("the data was removed while it was being uploaded", failure);
            case StoreException.InUse _ ->
                new GlanceException.Conflict("the image's place in the store is in use", failure);
            case StoreException.Unavailable _ ->
                new GlanceException.Unavailable("the image store does not answer", failure);
            case StoreException.OutcomeUnknown _ ->
                new GlanceException.Unavailable("the image store's answer was lost", failure);
        };
    }

    /** A store's failure translated; anything else, such as a vanished client, as it is. */
    static RuntimeException rethrowable(Exception failure) throws IOException {
        if (failure instanceof StoreException store) {
            throw of(store);
        }
        if (failure instanceof IOException peer) {
            throw peer;
        }
        if (failure instanceof RuntimeException known) {
            throw known;
        }
        throw new IllegalStateException(failure);
    }
}
