package glance.fetch;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;

/**
 * An {@code http} or {@code https} URL with its credentials taken out. {@code toString} is without them, and without the query,
 * which may hold a signature.
 *
 * @param url what is asked for: no user, no fragment
 * @param credentials {@code user:password}, decoded
 */
public record WebAddress(URI url, Optional<String> credentials) {
    /**
     * @throws IllegalArgumentException saying what is wrong, without quoting credentials
     */
    public static WebAddress parse(String text) {
        URI whole = uri(text);
        String scheme = whole.getScheme() == null ? "" : whole.getScheme().toLowerCase(Locale.ROOT);
        if (!scheme.equals("http") && !scheme.equals("https")) {
            throw new IllegalArgumentException("the scheme '" + scheme + "' is not http or https");
        }
        String host = whole.getHost();
        if (host == null || host.isEmpty()) {
            throw new IllegalArgumentException("the URL names no host, or its port is no number");
        }
        if (whole.getPort() == 0 || whole.getPort() > 65_535) {
            throw new IllegalArgumentException("the port " + whole.getPort() + " is not from 1 to 65535");
        }
        String user = whole.getUserInfo();
        if (user != null && user.chars().filter(c -> c == ':').count() != 1) {
            throw new IllegalArgumentException("credentials in the URL are not of the form user:password");
        }
        String path = whole.getRawPath() == null || whole.getRawPath().isEmpty() ? "/" : whole.getRawPath();
        return new WebAddress(
                uri(scheme + "://" + host + (whole.getPort() < 0 ? "" : ":" + whole.getPort()) + path
                        + (whole.getRawQuery() == null ? "" : "?" + whole.getRawQuery())),
                Optional.ofNullable(user));
    }

    private static URI uri(String text) {
        try {
            return new URI(text);
        } catch (URISyntaxException malformed) {
            // Its message would quote the whole URL.
            throw new IllegalArgumentException("the URL is malformed: " + malformed.getReason());
        }
    }

    /** Where a redirect leads; credentials stay behind unless it stays on the same server. */
    WebAddress follow(String location) {
        WebAddress next = parse(url.resolve(uri(location)).toString());
        boolean sameServer = next.url().getAuthority().equals(url.getAuthority())
                && next.url().getScheme().equals(url.getScheme());
        return next.credentials().isEmpty() && sameServer ? new WebAddress(next.url(), credentials) : next;
    }

    /** The value of {@code Authorization} (RFC 7617). */
    Optional<String> authorization() {
        return credentials.map(
                pair -> "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)));
    }

    @Override
    public String toString() {
        return url.getScheme() + "://" + url.getAuthority() + url.getRawPath();
    }
}
