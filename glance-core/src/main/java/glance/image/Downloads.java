package glance.image;

import glance.auth.Caller;
import glance.error.GlanceException;
import glance.policy.Action;
import glance.store.ByteRange;
import glance.store.Payload;
import glance.store.Store;
import glance.store.StoreException;
import glance.store.StoreId;
import glance.store.Stores;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds image data and opens it; the bytes are the caller's to send. */
public final class Downloads {
    private static final Logger LOG = LoggerFactory.getLogger(Downloads.class);

    private final ImageAccess access;
    private final Stores stores;
    private final LocationUpkeep locationUpkeep;

    public Downloads(Registry registry, ImageAccess access, Stores stores) {
        this.access = access;
        this.stores = stores;
        this.locationUpkeep = new LocationUpkeep(registry.images(), stores);
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

    /** As {@link #open(Caller, ImageId, DataRange, List)}, from whichever store comes first. */
    public Optional<Download> open(Caller caller, ImageId id, DataRange wanted) {
        return open(caller, id, wanted, List.of());
    }

    /**
     * Opens the image's data at the first location that has it; empty when there is none. Data that breaks off while it is
     * sent goes on from the next location that has as many bytes.
     *
     * @param preferred stores whose locations are tried before the others; among each other they keep their order
     * @throws GlanceException.Forbidden when the image is deactivated, or policy says so
     * @throws GlanceException.NotFound when the caller may not see the image
     * @throws GlanceException.RangeNotSatisfiable when the image has no such bytes
     * @throws GlanceException.InvalidRequest when several ranges are asked for, a preferred store is not configured, or the
     *     store cannot read
     * @throws GlanceException.Unavailable when a store that may have it does not answer
     */
    public Optional<Download> open(Caller caller, ImageId id, DataRange wanted, List<String> preferred) {
        Image image = locationUpkeep.refreshed(access.reach(caller, id));
        if (image.status() == ImageStatus.DEACTIVATED && !caller.admin()) {
            throw new GlanceException.Forbidden(
                    "The requested image has been deactivated. Image data download is forbidden.");
        }
        access.require(caller, image, Action.DOWNLOAD_IMAGE);
        if (!preferred.isEmpty()) {
            requirePreferable(caller, image, preferred);
        }
        if (!image.status().hasData()) {
            return Optional.empty();
        }
        return openAny(stores.actingFor(caller), image, wanted, new ArrayDeque<>(inOrder(image, preferred)));
    }

    private void requirePreferable(Caller caller, Image image, List<String> preferred) {
        if (stores.mode() == Stores.Mode.SINGLE) {
            throw new GlanceException.InvalidRequest("prefer needs several stores; this server has one");
        }
        access.require(caller, image, Action.DOWNLOAD_FROM_STORE);
        for (String name : preferred) {
            if (stores.configured(new StoreId(name)).isEmpty()) {
                throw new GlanceException.InvalidRequest("prefer: there is no store '" + name + "'");
            }
        }
    }

    private List<ImageLocation> inOrder(Image image, List<String> preferred) {
        List<ImageLocation> ordered = new ArrayList<>(stores.inOrder(image.locations()));
        // Stable, so that each group keeps its order.
        ordered.sort(Comparator.comparing(location -> !isIn(location, preferred)));
        return ordered;
    }

    private boolean isIn(ImageLocation location, List<String> preferred) {
        return !preferred.isEmpty()
                && stores.holding(location.at())
                        .filter(store -> preferred.contains(store.id().value()))
                        .isPresent();
    }

    private Optional<Download> openAny(Stores acting, Image image, DataRange wanted, Deque<ImageLocation> left) {
        StoreException worst = null;
        while (!left.isEmpty()) {
            ImageLocation location = left.pop();
            try {
                Download opened = open(acting, image, location, wanted);
                return Optional.of(left.isEmpty() ? opened : continued(acting, opened, left));
            } catch (StoreException failure) {
                LOG.warn("image data cannot be opened image={} location={}", image.id(), location.at(), failure);
                worst = worse(worst, failure);
            }
        }
        if (worst == null || worst instanceof StoreException.NotFound) {
            return Optional.empty();
        }
        throw told(worst);
    }

    private static Download open(Stores acting, Image image, ImageLocation location, DataRange wanted)
            throws StoreException {
        Store store = holding(acting, location);
        Long recorded = image.size();
        long size = recorded == null ? store.size(location.at()) : recorded;
        Optional<ByteRange> range = wanted.within(size);
        ByteRange slice = range.orElse(ByteRange.whole(size));
        return new Download(image, slice, size, range.isPresent(), store.open(location.at(), slice));
    }

    private static Store holding(Stores acting, ImageLocation location) throws StoreException {
        return acting.holding(location.at())
                .orElseThrow(() -> new StoreException.Unavailable("no configured store holds this location", null));
    }

    private static Download continued(Stores acting, Download opened, Deque<ImageLocation> left) {
        Payload payload = new ContinuedPayload(
                opened.payload(), opened.range().length(), (sent, broken) -> goOn(acting, opened, left, sent, broken));
        return new Download(opened.image(), opened.range(), opened.size(), opened.partial(), payload);
    }

    private static Optional<Payload> goOn(
            Stores acting, Download opened, Deque<ImageLocation> left, long sent, @Nullable IOException broken) {
        ByteRange all = opened.range();
        ByteRange rest = new ByteRange(all.offset() + sent, all.length() - sent);
        LOG.warn(
                "image data broke off image={} sent={} others={}",
                opened.image().id(),
                sent,
                left.size(),
                broken);
        while (!left.isEmpty()) {
            ImageLocation location = left.pop();
            try {
                Store store = holding(acting, location);
                if (store.size(location.at()) == opened.size()) {
                    return Optional.of(store.open(location.at(), rest));
                }
                LOG.warn(
                        "location has another size and is not used image={} location={}",
                        opened.image().id(),
                        location.at());
            } catch (StoreException failure) {
                LOG.warn(
                        "image data cannot be opened image={} location={}",
                        opened.image().id(),
                        location.at(),
                        failure);
            }
        }
        return Optional.empty();
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
