package glance.store.swift;

import glance.store.StoreException;
import glance.store.StoreLocation;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;

/**
 * A location's URL: {@code swift+config://reference/container/object}, or {@code swift+http[s]://[user:key@]address/container/object}
 * with the identity service's address. User and key are percent-encoded, slashes too; references and addresses are not.
 *
 * @param address without scheme; the reference for {@code swift+config}
 * @param secure whether the address is reached by https
 * @param user {@code project:user} of the URL, with its key
 */
record SwiftUrl(
        String scheme,
        Optional<String> user,
        Optional<String> key,
        String address,
        boolean secure,
        String container,
        String object) {
    static final String CONFIG = "swift+config";
    static final Set<String> SCHEMES = Set.of("swift", "swift+http", "swift+https", CONFIG);

    /**
     * @throws StoreException.NotFound when the text is no such URL
     */
    static SwiftUrl parse(StoreLocation location) throws StoreException {
        String scheme = location.scheme();
        String rest = location.url().substring(Math.min(location.url().length(), scheme.length() + 3));
        int at = rest.indexOf('@');
        if (!SCHEMES.contains(scheme) || rest.contains("://") || at != rest.lastIndexOf('@')) {
            throw malformed(location);
        }
        Optional<String> user = Optional.empty();
        Optional<String> key = Optional.empty();
        if (at >= 0) {
            // As a whole: what an encoded colon stood for is a colon again before the split.
            String credentials = decoded(rest.substring(0, at), location);
            int colon = credentials.lastIndexOf(':');
            if (colon < 1 || credentials.indexOf(':') == colon) {
                throw malformed(location);
            }
            user = Optional.of(credentials.substring(0, colon));
            key = Optional.of(credentials.substring(colon + 1));
        }
        String path = rest.substring(at + 1);
        int object = path.lastIndexOf('/');
        int container = object < 0 ? -1 : path.lastIndexOf('/', object - 1);
        if (container <= 0 || object == container + 1 || object == path.length() - 1) {
            throw malformed(location);
        }
        String address = path.substring(0, container);
        if (!scheme.equals(CONFIG) && !isAddress(address)) {
            throw malformed(location);
        }
        return new SwiftUrl(
                scheme,
                user,
                key,
                address,
                !scheme.equals("swift+http"),
                path.substring(container + 1, object),
                path.substring(object + 1));
    }

    /** Of a host, perhaps with a path: a client may have written anything. */
    private static boolean isAddress(String text) {
        try {
            URI uri = new URI("http://" + text);
            return uri.getRawAuthority() != null && uri.getRawQuery() == null && uri.getRawFragment() == null;
        } catch (URISyntaxException malformed) {
            return false;
        }
    }

    private static String decoded(String text, StoreLocation location) throws StoreException {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException notEncoded) {
            throw malformed(location);
        }
    }

    private static StoreException malformed(StoreLocation location) {
        return new StoreException.NotFound("location " + location
                + " is no Swift URL of the form swift+https://[user:key@]address/container/object");
    }

    /** The beginning of the locations that {@code config} writes into {@code container}, with its last slash. */
    static String prefix(SwiftConfig config, String container) {
        if (config.inFile()) {
            return CONFIG + "://" + config.reference() + "/" + container + "/";
        }
        SwiftAccount account = config.account();
        String scheme = account.address().startsWith("http://") ? "swift+http" : "swift+https";
        String credentials =
                account.credential().isPresent() ? "" : encoded(account.user()) + ":" + encoded(account.key()) + "@";
        return scheme + "://" + credentials + bare(account.address()) + "/" + container + "/";
    }

    /** An address without its scheme and outer slashes, as it stands in locations. */
    static String bare(String address) {
        return address.replaceFirst("^https?://", "").replaceAll("^/+|/+$", "");
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("*", "%2A")
                .replace("%7E", "~");
    }

    @Override
    public String toString() {
        return scheme + "://" + (user.isPresent() ? "***@" : "") + address + "/" + container + "/" + object;
    }
}
