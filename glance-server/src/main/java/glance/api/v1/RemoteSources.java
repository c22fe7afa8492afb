package glance.api.v1;

import glance.error.GlanceException;

/** Image data at a URL that a request names. */
@FunctionalInterface
public interface RemoteSources {
    /** No scheme is available. */
    RemoteSources NONE = (header, url) -> {
        throw new GlanceException.InvalidRequest(
                "External sources are not supported: header " + header + " names a URL no enabled store can read");
    };

    /**
     * Checks a source before anything is recorded.
     *
     * @param header the request header that names it
     * @throws GlanceException.InvalidRequest when its scheme is not available, or the URL is none
     */
    void require(String header, String url);
}
