package glance.server.filter;

import glance.config.Option;
import glance.config.OptionGroup;
import glance.config.Section;
import java.util.List;
import java.util.function.Function;

/**
 * Cross-origin rules for one set of origins: section {@code [cors]}, or {@code [cors.NAME]} falling back to it.
 *
 * @param origins exact origins, or {@code *}; empty means no CORS headers at all
 * @param maxAgeSeconds how long a browser may remember a preflight answer
 */
public record CorsConfig(
        List<String> origins,
        boolean credentials,
        List<String> exposeHeaders,
        int maxAgeSeconds,
        List<String> methods,
        List<String> headers) {
    static final Option<List<String>> ALLOWED_ORIGIN = Option.list("allowed_origin")
            .orElse(List.of())
            .help("Origins whose pages may call this service; * for any. Unset: no CORS headers.");
    static final Option<Boolean> ALLOW_CREDENTIALS =
            Option.flag("allow_credentials").orElse(true).help("Whether browsers may send credentials along.");
    static final Option<List<String>> EXPOSE_HEADERS = Option.list("expose_headers")
            .orElse(List.of(
                    "X-Image-Meta-Checksum",
                    "X-Auth-Token",
                    "X-Subject-Token",
                    "X-Service-Token",
                    "X-OpenStack-Request-ID"))
            .help("Response headers that pages may read.");
    static final Option<Integer> MAX_AGE =
            Option.integer("max_age").orElse(3600).help("Seconds a browser may remember a preflight answer.");
    static final Option<List<String>> ALLOW_METHODS = Option.list("allow_methods")
            .orElse(List.of("GET", "PUT", "POST", "DELETE", "PATCH"))
            .help("Methods that pages may use.");
    static final Option<List<String>> ALLOW_HEADERS = Option.list("allow_headers")
            .orElse(List.of(
                    "Content-MD5",
                    "X-Image-Meta-Checksum",
                    "X-Storage-Token",
                    "Accept-Encoding",
                    "X-Auth-Token",
                    "X-Identity-Status",
                    "X-Roles",
                    "X-Service-Catalog",
                    "X-User-Id",
                    "X-Tenant-Id",
                    "X-OpenStack-Request-ID"))
            .help("Request headers that pages may send.");

    /** The options of this component. */
    public static final OptionGroup OPTIONS = new OptionGroup(
            "cors",
            "Which web pages may call this service. Sections named [cors.NAME] add origins with rules of their own.",
            List.of(ALLOWED_ORIGIN, ALLOW_CREDENTIALS, EXPOSE_HEADERS, MAX_AGE, ALLOW_METHODS, ALLOW_HEADERS));

    public CorsConfig {
        origins = List.copyOf(origins);
        exposeHeaders = List.copyOf(exposeHeaders);
        methods = List.copyOf(methods);
        headers = List.copyOf(headers);
    }

    public static CorsConfig from(Section section) {
        return new CorsConfig(
                section.get(ALLOWED_ORIGIN),
                section.get(ALLOW_CREDENTIALS),
                section.get(EXPOSE_HEADERS),
                section.get(MAX_AGE),
                section.get(ALLOW_METHODS),
                section.get(ALLOW_HEADERS));
    }

    boolean allowsOrigin(String origin) {
        return origins.contains("*") || origins.contains(origin);
    }

    boolean allowsHeader(String header, List<String> simple) {
        Function<List<String>, Boolean> holds = list -> list.stream().anyMatch(header::equalsIgnoreCase);
        return holds.apply(headers) || holds.apply(simple);
    }
}
