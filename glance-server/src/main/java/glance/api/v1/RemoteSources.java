package glance.api.v1;

import glance.auth.Caller;
import glance.error.GlanceException;
import glance.http.Headers;
import glance.http.Request;
import glance.image.Copies;
import glance.image.ExternalData;
import glance.image.Image;
import glance.image.ImageStatus;
import glance.image.UploadRequest;
import glance.policy.Action;
import glance.policy.Policy;
import glance.policy.Target;
import glance.store.StoreId;
import glance.store.StoreLocation;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Image data at a URL that a request names: recorded by {@code x-image-meta-location}, fetched later by
 * {@code x-glance-api-copy-from}.
 */
public final class RemoteSources {
    private static final String COPY_FROM = "x-glance-api-copy-from";

    private final ExternalData external;
    private final Copies copies;
    private final Policy policy;

    public RemoteSources(ExternalData external, Copies copies, Policy policy) {
        this.external = external;
        this.copies = copies;
        this.policy = policy;
    }

    /** What a request says of where its image's data is. To be closed when the request is answered. */
    sealed interface Source extends AutoCloseable {
        /** Nothing. */
        record None() implements Source {}

        /** There, and there it stays. */
        record Location(StoreLocation at, long size) implements Source {}

        /** From there it is to be copied, for which there is room. */
        record Copy(StoreLocation from, Copies.Place place) implements Source {}

        @Override
        default void close() {
            if (this instanceof Copy copy) {
                copy.place().close();
            }
        }
    }

    /** What a request wants to do beside naming a source. */
    record Asked(Action action, Target target) {}

    /**
     * Reads the headers, asks policy and looks at what is there, all before anything is recorded. Where both headers are
     * sent the location is looked at; {@link #requireOne} refuses then.
     *
     * @throws GlanceException.Forbidden when policy says so
     * @throws GlanceException.InvalidRequest when the place is none a client may name, or cannot be reached
     * @throws GlanceException.NotFound when there is nothing
     * @throws GlanceException.Unavailable when there is no room for a copy
     */
    Source read(Request request, ImageHeaders headers, Caller caller, Asked asked) {
        String from = ImageHeaders.named(request.headers(), COPY_FROM);
        boolean located = headers.has("location");
        Target target = asked.target();
        if (from != null || located) {
            // Nobody who may not do the rest sends this service anywhere.
            policy.require(caller, asked.action(), target);
        }
        if (from != null) {
            policy.require(caller, Action.COPY_FROM, target);
            policy.require(caller, Action.UPLOAD_IMAGE, target);
        }
        if (located) {
            policy.require(caller, Action.SET_IMAGE_LOCATION, target);
            StoreLocation at = external.named(caller, Objects.requireNonNullElse(headers.text("location"), ""));
            return new Source.Location(at, size(at, headers));
        }
        return from == null ? new Source.None() : copy(caller, ImageHeaders.utf8(from), headers);
    }

    private Source copy(Caller caller, String from, ImageHeaders headers) {
        StoreLocation source = external.named(caller, from);
        if (declaredSize(headers) == 0) {
            // As upstream: without a declared size a source that is not there is told at once; else the image is
            // killed.
            var _ = external.size(source);
        }
        return new Source.Copy(source, copies.admit(caller));
    }

    /** Zero declares nothing. */
    private static long declaredSize(ImageHeaders headers) {
        return Objects.requireNonNullElse(headers.number("size"), 0L);
    }

    private long size(StoreLocation at, ImageHeaders headers) {
        long declared = declaredSize(headers);
        OptionalLong told = external.size(at);
        if (declared == 0) {
            return told.orElseThrow(() -> new GlanceException.InvalidRequest(
                    "The size of the data at " + at + " is not told by its server; name it by x-image-meta-size"));
        }
        if (told.isPresent() && told.getAsLong() != declared) {
            throw new GlanceException.Conflict(
                    "There are " + told.getAsLong() + " bytes at " + at + ", declared were " + declared);
        }
        return declared;
    }

    /**
     * Upstream asks only once the image is recorded, and leaves it queued.
     *
     * @throws GlanceException.InvalidRequest when the request names several places, or one and sends data too
     */
    static void requireOne(Request request, ImageHeaders headers) {
        int named = (request.bodyAnnounced() ? 1 : 0)
                + (headers.has("location") ? 1 : 0)
                + (ImageHeaders.named(request.headers(), COPY_FROM) == null ? 0 : 1);
        if (named > 1) {
            throw new GlanceException.InvalidRequest(
                    "Image data has one source: the body, x-image-meta-location or " + COPY_FROM);
        }
    }

    /**
     * A source of data for an image that has some already.
     *
     * @throws GlanceException.InvalidRequest when the image is not queued
     */
    static void requireQueued(Request request, ImageHeaders headers, Image image) {
        boolean named = headers.has("location") || ImageHeaders.named(request.headers(), COPY_FROM) != null;
        if (named && image.status() != ImageStatus.QUEUED) {
            throw new GlanceException.InvalidRequest("Image " + image.id() + " has status "
                    + image.status().wire() + "; an external source needs status queued");
        }
    }

    /**
     * Does what the source asks for; the image as it is to be shown: one that is being copied is shown queued.
     *
     * @param store where a copy is kept; empty means the default one
     */
    Image deliver(Source source, Caller caller, Image image, ImageHeaders headers, Optional<StoreId> store) {
        return switch (source) {
            case Source.None _ -> image;
            case Source.Location location -> external.record(caller, image.id(), location.at(), location.size());
            case Source.Copy copy -> {
                UploadRequest request = new UploadRequest(
                        OptionalLong.empty(), store, Optional.ofNullable(headers.text("checksum")), ImageStatus.KILLED);
                copy.place().accept(caller, image.id(), copy.from(), request);
                yield image;
            }
        };
    }

    /** With the {@code ETag} of an image: that of a copy to come is the checksum the client declares. */
    static Headers tagged(Headers headers, Source source, ImageHeaders sent, Image image) {
        String declared = source instanceof Source.Copy ? sent.text("checksum") : null;
        return declared == null
                ? ImageHeaders.tagged(headers, image)
                : headers.with("ETag", ImageHeaders.raw(declared));
    }
}
