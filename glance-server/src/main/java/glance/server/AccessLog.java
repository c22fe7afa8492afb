package glance.server;

import glance.http.ExchangeObserver;
import glance.http.FinishedExchange;
import glance.http.Request;
import glance.server.filter.ForwardedHeaders;
import glance.server.filter.Identification;
import glance.server.metrics.Metrics;
import java.net.InetSocketAddress;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One line and one measurement for every request that ended. The query is left out: filters may hold names that are
 * nobody else's business, and clients have been seen putting tokens there.
 */
final class AccessLog implements ExchangeObserver {
    private static final Logger LOG = LoggerFactory.getLogger("glance.access");

    private final Metrics metrics;
    private final Function<Request, String> routes;
    private final boolean proxied;

    /**
     * @param routes a bounded name for a request's route
     * @param proxied whether a proxy is trusted to say who asks
     */
    AccessLog(Metrics metrics, Function<Request, String> routes, boolean proxied) {
        this.metrics = metrics;
        this.routes = routes;
        this.proxied = proxied;
    }

    @Override
    public void finished(FinishedExchange exchange) {
        Request request = exchange.request();
        String method = request == null ? "-" : request.method();
        metrics.requestEnded(
                request == null ? "unreadable" : routes.apply(request),
                method,
                exchange.status(),
                exchange.receivedBytes(),
                exchange.sentBytes(),
                exchange.nanos(),
                exchange.complete());
        if (LOG.isInfoEnabled()) {
            String requestId = exchange.headers().first(Identification.REQUEST_ID);
            LOG.info(
                    "request method={} path={} status={} received={} sent={} seconds={} peer={} request_id={}{}",
                    method,
                    request == null ? "-" : request.rawPath(),
                    exchange.status(),
                    exchange.receivedBytes(),
                    exchange.sentBytes(),
                    seconds(exchange.nanos()),
                    peer(exchange),
                    requestId == null ? "-" : requestId,
                    exchange.complete() ? "" : " cut=true");
        }
    }

    private String peer(FinishedExchange exchange) {
        Request request = exchange.request();
        InetSocketAddress peer = request == null
                ? exchange.remote()
                : ForwardedHeaders.original(proxied, request).remote();
        return peer == null ? "-" : peer.getAddress().getHostAddress();
    }

    private static String seconds(long nanos) {
        long micros = nanos / 1000;
        return micros / 1_000_000 + "."
                + String.valueOf(1_000_000 + micros % 1_000_000).substring(1);
    }
}
