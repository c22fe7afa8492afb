package glance.server.filter;

import glance.http.Handler;
import glance.http.Headers;
import glance.http.Request;
import glance.http.Response;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Cross-origin resource sharing (Fetch standard, CORS protocol), outermost so that error answers carry its headers too.
 * Every {@code OPTIONS} is answered here with 200, whoever asks.
 */
public final class Cors implements Handler {
    private static final List<String> SIMPLE_HEADERS = List.of(
            "Accept",
            "Accept-Language",
            "Content-Type",
            "Cache-Control",
            "Content-Language",
            "Expires",
            "Last-Modified",
            "Pragma");

    private final List<CorsConfig> rules;
    private final Handler next;

    public Cors(List<CorsConfig> rules, Handler next) {
        this.rules = List.copyOf(rules);
        this.next = next;
    }

    @Override
    public Response handle(Request request) throws IOException {
        String origin = request.headers().first("Origin");
        Optional<CorsConfig> rule = rules.stream()
                .filter(candidate -> origin != null && candidate.allowsOrigin(origin))
                .findFirst();
        if (request.method().equals("OPTIONS")) {
            return new Response.Empty(
                    200,
                    origin == null
                            ? Headers.NONE
                            : rule.map(found -> preflight(request, origin, found))
                                    .orElse(Headers.NONE));
        }
        Response response = next.handle(request);
        if (origin == null || rule.isEmpty()) {
            return response;
        }
        Headers headers = response.headers();
        for (var field : common(origin, rule.get()).entries()) {
            headers = headers.with(field.getKey(), field.getValue());
        }
        if (!rule.get().exposeHeaders().isEmpty()) {
            headers = headers.with(
                    "Access-Control-Expose-Headers", String.join(",", rule.get().exposeHeaders()));
        }
        return response.withHeaders(headers);
    }

    private static Headers preflight(Request request, String origin, CorsConfig rule) {
        String method = request.headers().first("Access-Control-Request-Method");
        List<String> wanted = requestedHeaders(request.headers().first("Access-Control-Request-Headers"));
        if (method == null
                || !rule.methods().contains(method)
                || !wanted.stream().allMatch(header -> rule.allowsHeader(header, SIMPLE_HEADERS))) {
            return Headers.NONE;
        }
        Headers headers = common(origin, rule)
                .with("Access-Control-Max-Age", String.valueOf(rule.maxAgeSeconds()))
                .with("Access-Control-Allow-Methods", method);
        return wanted.isEmpty() ? headers : headers.with("Access-Control-Allow-Headers", String.join(",", wanted));
    }

    private static Headers common(String origin, CorsConfig rule) {
        Headers headers = Headers.of("Vary", "Origin")
                .with("Access-Control-Allow-Origin", rule.origins().contains("*") ? "*" : origin);
        return rule.credentials() ? headers.with("Access-Control-Allow-Credentials", "true") : headers;
    }

    private static List<String> requestedHeaders(@Nullable String text) {
        return text == null
                ? List.of()
                : Arrays.stream(text.split(",", -1))
                        .map(String::strip)
                        .filter(header -> !header.isEmpty())
                        .toList();
    }
}
