package glance.server;

import glance.http.ExchangeObserver;
import glance.http.FinishedExchange;
import glance.http.Request;
import glance.server.filter.Identification;
import glance.server.metrics.Metrics;
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

    /** @param routes a bounded name for a request's route */
    AccessLog(Metrics metrics, Function<Request, String> routes) {
        this.metrics = metrics;
        this.routes = routes;
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
                    request == null ? "-" : request.remote().getAddress().getHostAddress(),
                    requestId == null ? "-" : requestId,
                    exchange.complete() ? "" : " cut=true");
        }
    }

    private static String seconds(long nanos) {
        long micros = nanos / 1000;
        return micros / 1_000_000 + "."
                + String.valueOf(1_000_000 + micros % 1_000_000).substring(1);
    }
}
