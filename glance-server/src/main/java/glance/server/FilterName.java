package glance.server;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The filters a pipeline of the paste file may name. */
enum FilterName {
    CORS("oslo_middleware.cors:filter_factory", "oslo_middleware:CORS.factory", "egg:oslo.middleware#cors"),
    HEALTHCHECK(
            "oslo_middleware:Healthcheck.factory",
            "oslo_middleware:Healthcheck.app_factory",
            "egg:oslo.middleware#healthcheck"),
    HTTP_PROXY_TO_WSGI("oslo_middleware:HTTPProxyToWSGI.factory", "egg:oslo.middleware#http_proxy_to_wsgi"),
    VERSIONNEGOTIATION("glance.api.middleware.version_negotiation:VersionNegotiationFilter.factory"),
    OSPROFILER("osprofiler.web:WsgiMiddleware.factory"),
    UNAUTHENTICATED_CONTEXT("glance.api.middleware.context:UnauthenticatedContextMiddleware.factory"),
    AUTHTOKEN(
            "keystonemiddleware.auth_token:filter_factory",
            "keystoneclient.middleware.auth_token:filter_factory",
            "egg:keystonemiddleware#auth_token"),
    CONTEXT("glance.api.middleware.context:ContextMiddleware.factory"),
    CACHE("glance.api.middleware.cache:CacheFilter.factory"),
    CACHEMANAGE("glance.api.middleware.cache_manage:CacheManageFilter.factory"),
    GZIP("glance.api.middleware.gzip:GzipMiddleware.factory"),
    SIZELIMIT("oslo_middleware.sizelimit:RequestBodySizeLimiter.factory", "egg:oslo.middleware#sizelimit"),
    REQUEST_ID("oslo_middleware:RequestId.factory", "egg:oslo.middleware#request_id"),
    CATCH_ERRORS("oslo_middleware:CatchErrors.factory", "egg:oslo.middleware#catch_errors"),
    DEBUG("oslo_middleware:Debug.factory", "egg:oslo.middleware#debug");

    /** All in one text, each between blanks: an enum holds nothing mutable. */
    private final String factories;

    FilterName(String... factories) {
        this.factories = " " + String.join(" ", factories) + " ";
    }

    /** The filter a factory or {@code egg:} name makes. */
    static Optional<FilterName> ofFactory(String factory) {
        // Files of 2014 say oslo.middleware.
        String today = factory.startsWith("oslo.middleware") ? factory.replace("oslo.m", "oslo_m") : factory;
        return Arrays.stream(values())
                .filter(filter -> filter.factories.contains(" " + today + " "))
                .findFirst();
    }

    /** The filter that the shipped paste files call so. */
    static Optional<FilterName> ofName(String name) {
        return Arrays.stream(values())
                .filter(filter -> filter.word().equals(name.replace('_', '-')))
                .findFirst();
    }

    private String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
