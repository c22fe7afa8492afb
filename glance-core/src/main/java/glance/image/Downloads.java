package glance.image;

import glance.auth.Caller;
import glance.error.GlanceException;
import glance.policy.Action;
import glance.store.ByteRange;
import glance.store.Payload;
import glance.store.Store;
import glance.store.StoreException;
import glance.store.Stores;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds image data and opens it; the bytes are the caller's to send. */
public final class Downloads {
    private static final Logger LOG = LoggerFactory.getLogger(Downloads.class);

    private final ImageAccess access;
    private final Stores stores;

    public Downloads(ImageAccess access, Stores stores) {
        this.access = access;
        this.stores = stores;
    }

    /**
     * Data that is open and waits to be sent.
     *
     * @param range the bytes in {@code payload}
     * @param size bytes of the whole image
     * @param partial whether the request asked for a range, be it the whole
     * @param payload the receiver closes it
     */
    public record Download(Image image, ByteRange range, long size, boolean partial, Payload payload) {}

    /**
     * Opens the image's data at the first location that has it; empty when there is none.
     *
     * @throws GlanceException.Forbidden when the image is deactivated, or policy says so
     * @throws GlanceException.NotFound when the caller may not see the image
     * @throws GlanceException.RangeNotSatisfiable when the image has no such bytes
     * @throws GlanceException.InvalidRequest when several ranges are asked for, or the store cannot read
     * @throws GlanceException.Unavailable when a store that may have it does not answer
     */
    public Optional<Download> open(Caller caller, ImageId id, DataRange wanted) {
        Image image = access.reach(caller, id);
        if (image.status() == ImageStatus.DEACTIVATED && !caller.admin()) {
            throw new GlanceException.Forbidden(
                    "The requested image has been deactivated. Image data download is forbidden.");
        }
        access.require(caller, image, Action.DOWNLOAD_IMAGE);
        if (!image.status().hasData()) {
            return Optional.empty();
        }
        StoreException worst = null;
        for (ImageLocation location : stores.inOrder(image.locations())) {
            try {
                return Optional.of(open(image, location, wanted));
            } catch (StoreException failure) {
                LOG.warn("image data cannot be opened image={} location={}", id, location.at(), failure);
                worst = worse(worst, failure);
            }
        }
        if (worst == null || worst instanceof StoreException.NotFound) {
            return Optional.empty();
        }
        throw told(worst);
    }

    private Download open(Image image, ImageLocation location, DataRange wanted) throws StoreException {
        Store store = stores.holding(location.at())
                .orElseThrow(() -> new StoreException.Unavailable("no configured store holds this location", null));
        Long recorded = image.size();
        long size = recorded == null ? store.size(location.at()) : recorded;
        Optional<ByteRange> range = wanted.within(size);
        ByteRange slice = range.orElse(ByteRange.whole(size));
        return new Download(image, slice, size, range.isPresent(), store.open(location.at(), slice));
    }

    /** "Not there" is believed only when every location says it. */
    private static StoreException worse(@Nullable StoreException former, StoreException latter) {
        return former == null || former instanceof StoreException.NotFound ? latter : former;
    }

    private static GlanceException told(StoreException failure) {
        return switch (failure) {
            case StoreException.Unsupported _ ->
                new GlanceException.InvalidRequest("the image's store cannot read this", failure);
            default -> new GlanceException.Unavailable("the image's store does not answer", failure);
        };
    }
}
