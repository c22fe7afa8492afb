package glance.server.filter;

import static java.nio.charset.StandardCharsets.UTF_8;

import glance.http.Handler;
import glance.http.Headers;
import glance.http.Request;
import glance.http.Response;
import glance.store.Health;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code /healthcheck} for load balancers: any method, no identity, no request id. Besides the operator's files it looks
 * at the parts the service cannot work without, so that a worker whose database is away is taken out of rotation.
 */
public final class Healthcheck implements Handler {
    private static final List<String> FORWARDING_HEADERS =
            List.of("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Forwarded-Prefix");

    private final HealthcheckConfig config;
    private final int port;
    private final Map<String, Supplier<Health>> parts;
    private final Handler next;

    /**
     * @param port the port this service listens on, for {@code port:path} entries
     * @param parts what the service depends on, by name
     */
    public Healthcheck(HealthcheckConfig config, int port, Map<String, Supplier<Health>> parts, Handler next) {
        this.config = config;
        this.port = port;
        this.parts = new LinkedHashMap<>(parts);
        this.next = next;
    }

    @Override
    public Response handle(Request request) throws IOException {
        String path = request.rawPath();
        if (!(path.equals(config.path()) || path.startsWith(config.path() + "/")) || !answers(request)) {
            return next.handle(request);
        }
        Map<String, Health> states = new LinkedHashMap<>();
        parts.forEach((name, check) -> states.put(name, check.get()));
        List<String> reasons = reasons(states);
        boolean healthy = reasons.isEmpty();
        if (request.method().equals("HEAD")) {
            return new Response.Empty(healthy ? 204 : 503, Headers.NONE);
        }
        return render(request, healthy ? 200 : 503, healthy ? List.of("OK") : reasons, states);
    }

    private boolean answers(Request request) {
        if (config.ignoreProxied()
                && FORWARDING_HEADERS.stream()
                        .anyMatch(header -> request.headers().has(header))) {
            return false;
        }
        return config.sourceRanges().isEmpty()
                || config.sourceRanges().stream()
                        .anyMatch(range -> range.contains(request.remote().getAddress()));
    }

    private List<String> reasons(Map<String, Health> states) {
        List<String> reasons = new ArrayList<>();
        boolean disabled = !config.disableByFile().isEmpty() && Files.exists(Path.of(config.disableByFile()));
        disabled |= config.disableByFiles().stream().anyMatch(entry -> isMine(entry) && Files.exists(pathOf(entry)));
        if (disabled) {
            reasons.add("DISABLED BY FILE");
        }
        if (config.enableByFiles().stream().anyMatch(entry -> isMine(entry) && !Files.exists(pathOf(entry)))) {
            reasons.add("FILE PATH MISSING");
        }
        states.forEach((name, state) -> {
            if (!state.up()) {
                reasons.add(name + ": " + state.reason());
            }
        });
        return reasons;
    }

    private boolean isMine(String entry) {
        int colon = entry.indexOf(':');
        return colon < 0 || entry.substring(0, colon).equals(String.valueOf(port));
    }

    private static Path pathOf(String entry) {
        return Path.of(entry.substring(entry.indexOf(':') + 1));
    }

    private Response render(Request request, int status, List<String> reasons, Map<String, Health> states) {
        String accept = request.headers().first("Accept");
        if (accept != null && accept.contains("application/json")) {
            Map<String, Object> document = new LinkedHashMap<>();
            document.put("detailed", config.detailed());
            if (config.detailed()) {
                Map<String, String> details = new LinkedHashMap<>();
                states.forEach((name, state) -> details.put(name, state.reason()));
                document.put("parts", details);
            }
            document.put("reasons", reasons);
            String text = new JsonMapper().writerWithDefaultPrettyPrinter().writeValueAsString(document);
            return body(status, "application/json", text);
        }
        if (accept != null && accept.contains("text/html")) {
            StringBuilder page = new StringBuilder("<HTML>\n<HEAD><TITLE>Healthcheck Status</TITLE></HEAD>\n<BODY>\n");
            reasons.forEach(reason -> page.append("<P>").append(escaped(reason)).append("</P>\n"));
            if (config.detailed()) {
                states.forEach((name, state) -> page.append("<P>")
                        .append(escaped(name + ": " + state.reason()))
                        .append("</P>\n"));
            }
            return body(status, "text/html", page.append("</BODY>\n</HTML>\n").toString());
        }
        return body(status, "text/plain", String.join("\n", reasons));
    }

    private static Response body(int status, String type, String text) {
        return new Response.Bytes(status, Headers.of("Content-Type", type + "; charset=UTF-8"), text.getBytes(UTF_8));
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
