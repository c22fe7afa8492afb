package glance.client;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The services Keystone names, version 2.0 and 3 alike. */
record Catalog(List<Entry> entries) {
    /** @param access public, internal or admin */
    record Entry(String type, String access, @Nullable String region, String url) {}

    Catalog {
        entries = List.copyOf(entries);
    }

    /** From {@code token.catalog} of v3. */
    static Catalog ofVersion3(JsonNode catalog) {
        List<Entry> entries = new ArrayList<>();
        for (JsonNode service : catalog) {
            for (JsonNode endpoint : service.path("endpoints")) {
                String region = endpoint.path("region_id")
                        .stringValue(endpoint.path("region").stringValue(null));
                entries.add(new Entry(
                        service.path("type").stringValue(""),
                        endpoint.path("interface").stringValue(""),
                        region,
                        endpoint.path("url").stringValue("")));
            }
        }
        return new Catalog(entries);
    }

    /** From {@code access.serviceCatalog} of v2.0. */
    static Catalog ofVersion2(JsonNode catalog) {
        List<Entry> entries = new ArrayList<>();
        for (JsonNode service : catalog) {
            for (JsonNode endpoint : service.path("endpoints")) {
                for (String access : List.of("public", "internal", "admin")) {
                    String url = endpoint.path(access + "URL").stringValue("");
                    if (!url.isEmpty()) {
                        entries.add(new Entry(
                                service.path("type").stringValue(""),
                                access,
                                endpoint.path("region").stringValue(null),
                                url));
                    }
                }
            }
        }
        return new Catalog(entries);
    }

    /** The address of the wanted service; a {@link ClientException} says what was looked for. */
    String url(EndpointChoice choice) {
        for (Entry entry : entries) {
            if (entry.type().equals(choice.serviceType())
                    && entry.access().equals(access(choice.access()))
                    && (choice.region() == null || choice.region().equals(entry.region()))
                    && !entry.url().isEmpty()) {
                return entry.url();
            }
        }
        throw new ClientException("The identity service names no " + access(choice.access()) + " endpoint of type "
                + Text.quoted(choice.serviceType())
                + (choice.region() == null ? "" : " in region " + Text.quoted(choice.region())));
    }

    private static String access(String asked) {
        return asked.toLowerCase(Locale.ROOT).replace("url", "");
    }
}
