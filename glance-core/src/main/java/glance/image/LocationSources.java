package glance.image;

import glance.error.GlanceException;
import glance.store.Store;
import glance.store.StoreException;
import glance.store.StoreLocation;
import glance.store.Stores;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at a place before an image records it: whether clients may name it, how much is there, and whether it is what the
 * image has. Refusals do not tell why a place cannot be read, as in {@link ExternalData}.
 */
final class LocationSources {
    private static final Logger LOG = LoggerFactory.getLogger(LocationSources.class);

    /** Characters of a URL, and of metadata: in three bytes each and encrypted they fit 65,535 bytes. */
    private static final int MAX_LENGTH = 12_000;

    private final Stores stores;
    private final StoredDigests digests;

    LocationSources(Stores stores) {
        this.stores = stores;
        this.digests = new StoredDigests(stores);
    }

    /**
     * The location as it is to be recorded: in multi-store mode it names its store.
     *
     * @throws GlanceException.InvalidRequest when no store reads its scheme, clients may not name such places, or its
     *     metadata holds anything but texts, lists and objects
     */
    StoreLocation named(NewLocation named) {
        requireRecordable(named.url(), named.metadata());
        StoreLocation location = new StoreLocation(named.url(), named.metadata());
        if (!ExternalData.mayBeNamed(location.scheme(), stores)) {
            throw invalid(location);
        }
        return stores.holding(location)
                .map(store -> stores.recorded(store, location))
                .orElseThrow(() -> invalid(location));
    }

    /**
     * @throws GlanceException.InvalidRequest when the columns of some database could not hold it
     */
    static void requireRecordable(String url, Map<String, Object> metadata) {
        StorableText.require("location URL", url);
        int length = Math.max(url.length(), metadata.toString().length());
        if (length > MAX_LENGTH) {
            throw new GlanceException.InvalidRequest("The URL or the metadata of a location has " + length
                    + " characters; at most " + MAX_LENGTH + " are allowed");
        }
        requireRecordable(metadata);
    }

    private static void requireRecordable(Object value) {
        switch (value) {
            case String text -> StorableText.require("metadata of a location", text);
            case List<?> list -> list.forEach(LocationSources::requireRecordable);
            case Map<?, ?> map ->
                map.forEach((name, one) -> {
                    StorableText.require("metadata of a location", String.valueOf(name));
                    requireRecordable(one == null ? false : one);
                });
            default ->
                throw new GlanceException.InvalidRequest(
                        "The metadata of a location holds something else than strings, lists and objects");
        }
    }

    /**
     * Bytes there, more than none.
     *
     * @throws GlanceException.InvalidRequest when there are none, or that cannot be told
     */
    long size(StoreLocation location) {
        try {
            long size = holding(location).size(location);
            if (size > 0) {
                return size;
            }
            LOG.info("place named by a client is empty location={}", location);
        } catch (StoreException failure) {
            LOG.info("place named by a client cannot be read location={} cause={}", location, failure.getMessage());
        }
        throw invalid(location);
    }

    /**
     * Reads the data and compares it with what the image is recorded to have; an image without digests is taken at its
     * size.
     *
     * @param size bytes there must be
     * @throws GlanceException.InvalidRequest when it is other data, or cannot be read
     * @throws GlanceException.Unavailable when too many such comparisons run
     */
    void requireSameData(Image image, StoreLocation location, long size) {
        String algorithm = image.hashAlgorithm() == null || image.hashValue() == null ? "md5" : image.hashAlgorithm();
        String expected = image.hashValue() == null ? image.checksum() : image.hashValue();
        if (expected == null) {
            return;
        }
        try {
            Map<String, String> found = digests.compute(location, size, Set.of(algorithm), () -> true);
            if (expected.equalsIgnoreCase(found.get(algorithm))) {
                return;
            }
            LOG.info("place named by a client holds other data image={} location={}", image.id(), location);
        } catch (IOException failure) {
            LOG.info("place named by a client cannot be read location={} cause={}", location, failure.getMessage());
        }
        throw new GlanceException.InvalidRequest("The data at " + location + " is not that of image " + image.id());
    }

    private Store holding(StoreLocation location) throws StoreException {
        return stores.holding(location)
                .orElseThrow(() -> new StoreException.Unavailable("no configured store holds this location", null));
    }

    static GlanceException.InvalidRequest invalid(StoreLocation location) {
        return new GlanceException.InvalidRequest("Invalid location: '" + location + "'");
    }
}
