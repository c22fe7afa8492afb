package glance.api.versions;

import glance.config.Option;
import glance.config.OptionGroup;
import glance.config.Section;
import glance.http.Headers;
import glance.http.Request;
import glance.http.Response;
import glance.store.StoresConfig;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Version documents and negotiation, in front of authentication. Clients probe for features by exact version ids
 * (python-glanceclient), so every minor version is listed one by one. Thread-safe.
 */
public final class Versions {
    public static final Option<String> PUBLIC_ENDPOINT = Option.text("public_endpoint")
            .help("Base URL of the links in version documents; unset means the address the request was sent to.");

    static final Option<Boolean> ENABLE_V1_API = Option.flag("enable_v1_api")
            .orElse(true)
            .help("Serve the deprecated Images API v1, and list it in version documents; false turns it off.");

    /** The options of this component. */
    public static final OptionGroup OPTIONS =
            new OptionGroup("DEFAULT", "Version discovery.", List.of(PUBLIC_ENDPOINT, ENABLE_V1_API));

    private static final String CURRENT = "2.17";

    /**
     * In upstream's order. 2.8 and 2.10 to 2.13 need several stores; 2.14 and 2.16 an image cache, which this server has
     * not.
     */
    private static final List<String> ONE_STORE =
            List.of("2.15", "2.9", CURRENT, "2.7", "2.6", "2.5", "2.4", "2.3", "2.2", "2.1", "2.0");

    private static final List<String> SEVERAL_STORES = List.of(
            "2.15", "2.13", "2.12", "2.11", "2.10", "2.9", "2.8", CURRENT, "2.7", "2.6", "2.5", "2.4", "2.3", "2.2",
            "2.1", "2.0");

    /** Of the deprecated API, newest first. */
    private static final List<String> LISTED_V1 = List.of("1.1", "1.0");

    private static final String MEDIA_TYPE = "application/vnd.openstack.images-";

    private final @Nullable String publicEndpoint;
    private final boolean v1;
    private final List<String> listed;

    Versions(@Nullable String publicEndpoint, boolean v1) {
        this(publicEndpoint, v1, false);
    }

    Versions(@Nullable String publicEndpoint, boolean v1, boolean severalStores) {
        this.listed = severalStores ? SEVERAL_STORES : ONE_STORE;
        this.publicEndpoint = publicEndpoint;
        this.v1 = v1;
    }

    /** What a path leads to: an API's root ({@code /v1}, {@code /v2}) and the path below it. */
    private record Resource(String api, String path) {}

    public static Versions from(Section section) {
        return new Versions(
                section.find(PUBLIC_ENDPOINT).orElse(null),
                section.get(ENABLE_V1_API),
                StoresConfig.hasSeveral(section));
    }

    /**
     * The answer to a request that asks for versions, or for one that is not here; empty when the request is for {@link
     * #negotiated an API}.
     *
     * @param baseUrl scheme, host and prefix the client used, e.g. {@code https://api.example.test/image}
     */
    public Optional<Response> answer(Request request, String baseUrl) {
        String path = request.rawPath();
        if (path.equals("/versions") || path.startsWith("/versions/")) {
            return Optional.of(document(200, baseUrl));
        }
        Optional<Resource> resource = resource(request);
        if (resource.isEmpty()) {
            return Optional.of(document(300, baseUrl));
        }
        String below = resource.get().path();
        String api = resource.get().api();
        if (below.isEmpty()) {
            return Optional.of(
                    new Response.Empty(302, Headers.of("Location", withoutTrailingSlash(baseUrl) + api + "/")));
        }
        // Upstream answers 404; SDKs with an endpoint override ask here. Below /v1/ there is the list of images.
        return below.equals("/") && api.equals("/v2") ? Optional.of(document(200, baseUrl)) : Optional.empty();
    }

    /** The request with the canonical path {@code /v2/…} or {@code /v1/…}; call it when {@link #answer} is empty. */
    public Request negotiated(Request request) {
        return resource(request)
                .map(resource -> request.withPath(resource.api() + resource.path()))
                .orElse(request);
    }

    /** The API and the path below the version; nothing when the version is not here. */
    private Optional<Resource> resource(Request request) {
        String accept = request.headers().first("Accept");
        if (accept != null && accept.startsWith(MEDIA_TYPE)) {
            return api(accept.substring(MEDIA_TYPE.length())).map(api -> new Resource(api, request.rawPath()));
        }
        String path = request.rawPath();
        int slash = path.indexOf('/', 1);
        String first = path.substring(Math.min(1, path.length()), slash < 0 ? path.length() : slash);
        return api(first).map(api -> new Resource(api, slash < 0 ? "" : path.substring(slash)));
    }

    private Optional<String> api(String version) {
        if (version.equals("v2") || (version.startsWith("v") && listed.contains(version.substring(1)))) {
            return Optional.of("/v2");
        }
        boolean first = version.equals("v1") || (version.startsWith("v") && LISTED_V1.contains(version.substring(1)));
        return v1 && first ? Optional.of("/v1") : Optional.empty();
    }

    private Response document(int status, String baseUrl) {
        String base = withoutTrailingSlash(publicEndpoint == null ? baseUrl : publicEndpoint);
        Stream<String> second = listed.stream()
                .map(version -> entry(version, version.equals(CURRENT) ? "CURRENT" : "SUPPORTED", base + "/v2/"));
        Stream<String> first =
                v1 ? LISTED_V1.stream().map(version -> entry(version, "DEPRECATED", base + "/v1/")) : Stream.empty();
        String versions = Stream.concat(second, first).collect(Collectors.joining(", "));
        return new Response.Bytes(
                status,
                Headers.of("Content-Type", "application/json"),
                ("{\"versions\": [" + versions + "]}").getBytes(StandardCharsets.UTF_8));
    }

    private static String entry(String version, String status, String href) {
        return "{\"id\": \"v" + version + "\", \"status\": \"" + status
                + "\", \"links\": [{\"rel\": \"self\", \"href\": \"" + escaped(href) + "\"}]}";
    }

    /** The host part comes from the client and may hold anything a header can. */
    private static String escaped(String text) {
        return text.replace("\\", "\\\\").replace("\"", "\\\"").replaceAll("\\p{Cntrl}", "");
    }

    private static String withoutTrailingSlash(String url) {
        return url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
    }
}
