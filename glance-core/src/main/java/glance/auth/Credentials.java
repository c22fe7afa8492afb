package glance.auth;

import org.jspecify.annotations.Nullable;

/**
 * What a request brought along to prove who it is.
 *
 * @param token {@code X-Auth-Token}, else {@code X-Storage-Token}, trimmed
 * @param serviceToken {@code X-Service-Token}
 * @param method request method and {@code path}: application credentials may carry access rules on them
 * @param header look-up of any request header by name, for identities that trust headers
 */
public record Credentials(
        @Nullable Secret token, @Nullable Secret serviceToken, String method, String path, HeaderLookup header) {
    /** First value of a header, case-insensitive, or null. */
    @FunctionalInterface
    public interface HeaderLookup {
        @Nullable
        String first(String name);
    }
}
