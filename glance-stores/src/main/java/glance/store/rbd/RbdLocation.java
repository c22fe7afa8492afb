package glance.store.rbd;

import glance.store.StoreException;
import glance.store.StoreLocation;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where an image's data is: {@code rbd://<fsid>/<pool>/<image>/<snap>}, each part percent-encoded, slashes too. The old
 * form {@code rbd://<image>} has neither cluster nor snapshot and is in the store's own pool.
 *
 * @param fsid the cluster's id as recorded; null in the old form. As in the reference it is not compared with the cluster's on
 *     reading: a restored cluster may have another
 * @param snapshot null for the image itself
 */
record RbdLocation(
        @Nullable String fsid,
        String pool,
        String image,
        @Nullable String snapshot) {
    static final String SCHEME = "rbd";

    private static final String PREFIX = SCHEME + "://";
    private static final int ALL_PARTS = 4;

    /**
     * @param pool of the store
     * @throws StoreException.NotFound when nothing can be there
     */
    static RbdLocation parse(StoreLocation location, String pool) throws StoreException {
        String url = location.url();
        if (url.startsWith(PREFIX)) {
            List<String> parts = Arrays.stream(url.substring(PREFIX.length()).split("/", -1))
                    .map(RbdLocation::decoded)
                    .toList();
            boolean whole = parts.stream().noneMatch(part -> part.isEmpty() || part.indexOf('\0') >= 0);
            if (whole && parts.size() == 1) {
                return new RbdLocation(null, pool, parts.getFirst(), null);
            }
            if (whole && parts.size() == ALL_PARTS) {
                return new RbdLocation(parts.get(0), parts.get(1), parts.get(2), parts.get(3));
            }
        }
        throw new StoreException.NotFound("no RBD image can be at " + location);
    }

    private static String decoded(String part) {
        try {
            return URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException malformed) {
            return part;
        }
    }

    StoreLocation location() {
        if (fsid == null || snapshot == null) {
            return StoreLocation.of(PREFIX + encoded(image));
        }
        return StoreLocation.of(
                PREFIX + encoded(fsid) + "/" + encoded(pool) + "/" + encoded(image) + "/" + encoded(snapshot));
    }

    /** As Python's {@code quote(text, safe='')}: all but letters, digits and {@code _.-~}. */
    private static String encoded(String part) {
        return URLEncoder.encode(part, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("*", "%2A")
                .replace("%7E", "~");
    }
}
