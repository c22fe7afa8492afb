package glance.auth;

import java.util.List;
import java.util.Optional;

/** Where services are, as the identity service told the caller; reduced to the services that somebody here asks for. */
public record ServiceCatalog(List<Endpoint> endpoints) {
    /** Nothing is known. */
    public static final ServiceCatalog EMPTY = new ServiceCatalog(List.of());

    public ServiceCatalog {
        endpoints = List.copyOf(endpoints);
    }

    /**
     * One way to a service.
     *
     * @param type of the service, e.g. {@code object-store}
     * @param audience whom it is meant for: {@code public}, {@code internal} or {@code admin}
     * @param region empty when the catalog names none
     * @param url with the caller's project in it, where the service wants that
     */
    public record Endpoint(String type, String audience, String region, String url) {}

    /** The first endpoint that fits; without a region, one of any. */
    public Optional<String> url(String type, String audience, Optional<String> region) {
        return endpoints.stream()
                .filter(endpoint -> endpoint.type().equals(type)
                        && endpoint.audience().equals(audience)
                        && region.map(endpoint.region()::equals).orElse(true))
                .map(Endpoint::url)
                .findFirst();
    }
}
