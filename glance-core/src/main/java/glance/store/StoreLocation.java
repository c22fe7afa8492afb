package glance.store;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Where a store keeps one image's data: the URL recorded in {@code image_locations.value} and the metadata recorded
 * beside it. {@code toString} hides credentials inside the URL and its query, which may hold a signature; {@link #url()} does
 * not.
 *
 * @param url the exact text recorded, e.g. {@code file:///var/lib/glance/images/ID}
 * @param metadata JSON values only (strings, lists, maps), in recorded order; single-store mode writes no {@code store}
 */
public record StoreLocation(String url, Map<String, Object> metadata) {
    public StoreLocation {
        // Map.copyOf would lose the recorded order.
        metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
    }

    /** A location without metadata. */
    public static StoreLocation of(String url) {
        return new StoreLocation(url, Map.of());
    }

    /** The URL's scheme, e.g. {@code file}; empty when there is none. */
    public String scheme() {
        int colon = url.indexOf("://");
        return colon < 0 ? "" : url.substring(0, colon);
    }

    @Override
    public String toString() {
        // Greedy: in the wild, secrets hold slashes and, but for those of web servers, any other character too.
        String credentials = scheme().startsWith("http") ? "://[^?#]*@" : "(?s)://.*@";
        return url.replaceFirst(credentials, "://***@").replaceFirst("(?s)\\?.*", "?***");
    }
}
