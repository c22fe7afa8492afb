package glance.auth.keystone;

import glance.auth.ServiceCatalog;
import glance.auth.ServiceCatalog.Endpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** Reads the catalogs that Keystone writes into tokens, and proxies into a header. */
final class Catalogs {
    /** The audiences, by the members that name their URLs in catalogs of version 2. */
    private static final List<String> AUDIENCES = List.of("public", "internal", "admin");

    private Catalogs() {}

    /**
     * Either version: endpoints name their {@code interface} and {@code url}, or have a URL for each, as in {@code publicURL}.
     *
     * @param usedTypes other services are left out
     */
    static ServiceCatalog of(JsonNode catalog, Set<String> usedTypes) {
        List<Endpoint> endpoints = new ArrayList<>();
        for (JsonNode service : catalog) {
            String type = service.path("type").asString("");
            if (usedTypes.contains(type)) {
                for (JsonNode endpoint : service.path("endpoints")) {
                    add(endpoints, type, endpoint);
                }
            }
        }
        return endpoints.isEmpty() ? ServiceCatalog.EMPTY : new ServiceCatalog(endpoints);
    }

    private static void add(List<Endpoint> endpoints, String type, JsonNode endpoint) {
        String region = endpoint.path("region").asString("");
        if (endpoint.has("interface")) {
            String url = endpoint.path("url").asString("");
            endpoints.add(new Endpoint(type, endpoint.path("interface").asString(""), region, url));
            return;
        }
        for (String audience : AUDIENCES) {
            String url = endpoint.path(audience + "URL").asString("");
            if (!url.isEmpty()) {
                endpoints.add(new Endpoint(type, audience, region, url));
            }
        }
    }
}
