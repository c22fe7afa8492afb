package glance.server;

import glance.api.ErrorResponses;
import glance.api.versions.Versions;
import glance.auth.Caller;
import glance.auth.IdentityProvider;
import glance.config.Configuration;
import glance.error.GlanceException;
import glance.http.Handler;
import glance.http.Headers;
import glance.http.Request;
import glance.http.Response;
import glance.image.Registry;
import glance.server.filter.Cors;
import glance.server.filter.CorsConfig;
import glance.server.filter.ForwardedHeaders;
import glance.server.filter.Gzip;
import glance.server.filter.Healthcheck;
import glance.server.filter.HealthcheckConfig;
import glance.server.filter.Identification;
import glance.server.filter.RecentHealth;
import glance.server.metrics.Metrics;
import glance.store.Health;
import glance.store.Stores;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The filters around the API in the order of their work, whatever order a paste file lists them in: the order is not a
 * matter of taste (CORS must decorate refusals, versions need no identity).
 */
record Filters(
        Configuration configuration,
        Pipeline pipeline,
        ServerConfig config,
        IdentityProvider identities,
        Metrics metrics,
        Supplier<String> newIds) {
    private static final String METRICS_PATH = "/metrics";

    /** The whole chain, outermost filter first when read from the bottom up. */
    Handler around(Identification.Identified api, Versions versions, int port, Registry registry, Stores stores) {
        Identification.Manners manners =
                new Identification.Manners(config.maxRequestIdLength(), newIds, identities::challenge);
        Handler identified = new Identification(identities, manners, api);
        Handler measured = new Identification(identities, manners, this::metricsPage);
        Handler chain = request -> {
            if (config.metrics().onApi() && request.rawPath().equals(METRICS_PATH)) {
                return measured.handle(request);
            }
            Optional<Response> document = versions.answer(request, ForwardedHeaders.baseUrl(request));
            return document.isPresent() ? document.get() : identified.handle(versions.negotiated(request));
        };
        if (pipeline.filters().contains(FilterName.GZIP)) {
            chain = new Gzip(chain);
        }
        return edge(chain, port, parts(registry, stores));
    }

    /** The chain around the registry's commands. */
    Handler around(Identification.Identified commands, int port, Registry registry) {
        Identification.Manners manners =
                new Identification.Manners(config.maxRequestIdLength(), newIds, identities::challenge);
        return edge(
                new Identification(identities, manners, commands),
                port,
                Map.of("database", new RecentHealth(registry::health)));
    }

    private Handler edge(Handler inner, int port, Map<String, Supplier<Health>> parts) {
        Handler chain = new ForwardedHeaders(config.proxyHeaders(), inner);
        if (pipeline.filters().contains(FilterName.HEALTHCHECK)) {
            HealthcheckConfig health = HealthcheckConfig.from(
                    configuration.section("healthcheck"), pipeline.optionsOf(FilterName.HEALTHCHECK));
            chain = new Healthcheck(health, port, parts, chain);
        }
        return new Cors(corsRules(), chain);
    }

    private static Map<String, Supplier<Health>> parts(Registry registry, Stores stores) {
        Map<String, Supplier<Health>> parts = new LinkedHashMap<>();
        parts.put("database", new RecentHealth(registry::health));
        stores.all()
                .forEach(store -> parts.put("store " + store.store().id(), new RecentHealth(store.store()::health)));
        return parts;
    }

    private List<CorsConfig> corsRules() {
        if (!pipeline.filters().contains(FilterName.CORS)) {
            return List.of();
        }
        List<CorsConfig> rules = new ArrayList<>();
        rules.add(CorsConfig.from(configuration.section("cors")));
        configuration.sectionNames().stream()
                .filter(name -> name.startsWith("cors."))
                .forEach(name -> rules.add(CorsConfig.from(configuration.section(name, "cors"))));
        return rules;
    }

    private Response metricsPage(Request request, Caller caller, String requestId) throws IOException {
        if (!caller.admin()) {
            return ErrorResponses.of(new GlanceException.Forbidden("Metrics are for administrators"), request);
        }
        return metricsPage(metrics);
    }

    /** The Prometheus page. */
    static Response metricsPage(Metrics metrics) {
        return new Response.Bytes(
                200, Headers.of("Content-Type", "text/plain; version=0.0.4; charset=utf-8"), metrics.page());
    }
}
