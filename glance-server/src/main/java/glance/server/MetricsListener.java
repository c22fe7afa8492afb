package glance.server;

import glance.http.ExchangeObserver;
import glance.http.Headers;
import glance.http.HttpServer;
import glance.http.HttpServerConfig;
import glance.http.Response;
import glance.server.metrics.Metrics;
import java.io.IOException;

/** The metrics page on a port of its own, for scrapers that have no token. */
final class MetricsListener {
    private MetricsListener() {}

    /** @param api the API's listener, whose limits apply here too */
    static HttpServer start(HttpServerConfig api, ServerConfig.MetricsAccess access, Metrics metrics)
            throws IOException {
        HttpServerConfig config = api.onlyAt(access.host(), access.port().orElseThrow());
        return HttpServer.start(
                config,
                request -> request.rawPath().equals("/metrics")
                        ? Filters.metricsPage(metrics)
                        : new Response.Empty(404, Headers.NONE),
                ExchangeObserver.NONE);
    }
}
