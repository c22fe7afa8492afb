package glance.http;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * What became of one request.
 *
 * @param request as the handler got it; null when what came could not be read as a request
 * @param remote the peer; null when it was gone before that was asked, or has no address
 * @param status of the answer; 0 when the connection broke before there was one
 * @param headers the answer's own, without those the engine adds
 * @param sentBytes body bytes handed to the connection
 * @param receivedBytes body bytes that arrived, read or not
 * @param nanos from the end of the request's header to the end of the answer
 * @param complete whether the whole answer was handed to the connection; false: cut
 */
public record FinishedExchange(
        @Nullable Request request,
        @Nullable InetSocketAddress remote,
        int status,
        Headers headers,
        long sentBytes,
        long receivedBytes,
        long nanos,
        boolean complete) {}
