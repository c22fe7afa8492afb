package glance.http;

import glance.store.Payload;
import java.net.InetSocketAddress;
import java.util.regex.Pattern;

/**
 * One request.
 *
 * @param method upper case as sent, e.g. {@code GET}
 * @param scheme {@code http} or {@code https}, of the connection itself
 * @param rawPath the path as sent, percent-encoded, leading slashes collapsed to one
 * @param rawQuery the query as sent without {@code ?}, or empty
 * @param body the request's data; reading it first sends {@code 100 Continue} when the client waits for that. Not reading
 *     it refuses it: the engine answers, lets the client see the answer, and closes the connection when needed
 * @param bodyAnnounced whether the request carries a body: Content-Length above 0, or chunked
 * @param remote the peer
 */
public record Request(
        String method,
        String scheme,
        String rawPath,
        String rawQuery,
        Headers headers,
        Payload body,
        boolean bodyAnnounced,
        InetSocketAddress remote) {
    private static final Pattern AUTHORITY =
            Pattern.compile("(\\[[0-9A-Za-z:.]+]|[0-9A-Za-z._~!$&'()*+,;=%-]*)(:[0-9]*)?");

    /** Whether it is a host with an optional port (RFC 3986, 3.2): what comes back in URLs must be that and nothing else. */
    public static boolean isAuthority(String host) {
        return AUTHORITY.matcher(host).matches();
    }

    /** This request seen at another path, e.g. after version negotiation. */
    public Request withPath(String path) {
        return new Request(method, scheme, path, rawQuery, headers, body, bodyAnnounced, remote);
    }

    /** This request with other headers. */
    public Request withHeaders(Headers other) {
        return new Request(method, scheme, rawPath, rawQuery, other, body, bodyAnnounced, remote);
    }

    /** This request with another scheme and peer, as trusted proxy headers say. */
    public Request seenAs(String otherScheme, InetSocketAddress peer) {
        return new Request(method, otherScheme, rawPath, rawQuery, headers, body, bodyAnnounced, peer);
    }
}
