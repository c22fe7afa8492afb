package glance.http;

import java.io.IOException;

/** Answers one request on its own virtual thread; blocking is fine. */
@FunctionalInterface
public interface Handler {
    /**
     * @throws IOException when the peer has gone or the request body broke; the connection is closed
     */
    Response handle(Request request) throws IOException;
}
