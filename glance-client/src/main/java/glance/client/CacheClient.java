package glance.client;

import tools.jackson.databind.node.ObjectNode;

/**
 * The calls about the image cache of one API server, the one the session's address leads to. Failures are those of
 * {@link ImageClient}.
 */
public final class CacheClient {
    private static final String CACHE = "/v2/cache";

    private final Session session;

    public CacheClient(Session session) {
        this.session = session;
    }

    /** {@code cached_images} and {@code queued_images} of the server. */
    public ObjectNode list() {
        return ImageClient.object(session.document(Request.get(session.uri(CACHE))));
    }

    /** Has the server fetch the image when it comes to it. */
    public void queue(String image) {
        session.call(Request.of("PUT", session.uri(CACHE + "/" + Endpoint.encoded(image))));
    }

    /** Drops one image from cache and queue. */
    public void delete(String image) {
        session.call(Request.of("DELETE", session.uri(CACHE + "/" + Endpoint.encoded(image))));
    }

    /** @param target what to empty: both, cache or queue */
    public void clear(String target) {
        Request request = Request.of("DELETE", session.uri(CACHE));
        session.call(target.equals("both") ? request : request.with("x-image-cache-clear-target", target));
    }
}
