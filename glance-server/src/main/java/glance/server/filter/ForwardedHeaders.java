package glance.server.filter;

import glance.http.Handler;
import glance.http.Headers;
import glance.http.Request;
import glance.http.Response;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a trusted proxy says about the original request: {@code Forwarded} (RFC 7239, first element), else the
 * {@code X-Forwarded-*} family. Off, the headers are removed, so that nothing behind can believe them.
 */
public final class ForwardedHeaders implements Handler {
    private static final String PREFIX = "X-Forwarded-Prefix";
    /** The characters of path segments (RFC 3986, section 3.3) that no page or header reads as its own. */
    private static final Pattern PATH = Pattern.compile("[A-Za-z0-9._~/%@:+-]*");

    private static final Pattern NUMERIC_ADDRESS = Pattern.compile("\\[?([0-9a-fA-F:.]+)]?");

    private final boolean trusted;
    private final Handler next;

    public ForwardedHeaders(boolean trusted, Handler next) {
        this.trusted = trusted;
        this.next = next;
    }

    /** The URL under which the client sees this service, without a slash at the end. */
    public static String baseUrl(Request request) {
        String host = request.headers().first("Host");
        String prefix = request.headers().first(PREFIX);
        StringBuilder url = new StringBuilder(request.scheme()).append("://");
        url.append(host == null || host.isBlank() ? "localhost" : host.strip());
        if (prefix != null && !prefix.isBlank()) {
            url.append('/').append(prefix.strip().replaceAll("^/+|/+$", ""));
        }
        return url.toString();
    }

    /** The request as the client sent it to a proxy that is trusted; as it came when there is none. */
    public static Request original(boolean trusted, Request request) {
        return trusted ? asForwarded(request) : request;
    }

    @Override
    public Response handle(Request request) throws IOException {
        return next.handle(
                trusted
                        ? asForwarded(request)
                        : request.withHeaders(request.headers().without(PREFIX)));
    }

    private static Request asForwarded(Request request) {
        String forwarded = request.headers().first("Forwarded");
        String scheme;
        String host;
        String client;
        if (forwarded != null) {
            String element = firstElement(forwarded);
            scheme = parameter(element, "proto");
            host = parameter(element, "host");
            client = parameter(element, "for");
        } else {
            scheme = first(request, "X-Forwarded-Proto");
            host = first(request, "X-Forwarded-Host");
            client = first(request, "X-Forwarded-For");
        }
        Headers headers = host == null || !Request.isAuthority(host)
                ? request.headers()
                : request.headers().without("Host").with("Host", host);
        String prefix = request.headers().first(PREFIX);
        if (prefix != null && !PATH.matcher(prefix.strip()).matches()) {
            headers = headers.without(PREFIX);
        }
        return request.withHeaders(headers).seenAs(scheme(scheme, request), peer(client, request));
    }

    private static String scheme(@Nullable String said, Request request) {
        if (said == null) {
            return request.scheme();
        }
        String lower = said.toLowerCase(Locale.ROOT);
        return lower.equals("https") || lower.equals("http") ? lower : request.scheme();
    }

    private static InetSocketAddress peer(@Nullable String client, Request request) {
        if (client == null) {
            return request.remote();
        }
        Matcher address = NUMERIC_ADDRESS.matcher(client);
        if (!address.matches()) {
            return request.remote();
        }
        try {
            return new InetSocketAddress(InetAddress.ofLiteral(address.group(1)), 0);
        } catch (IllegalArgumentException notAnAddress) {
            return request.remote();
        }
    }

    private static @Nullable String first(Request request, String name) {
        String value = request.headers().first(name);
        return value == null || firstElement(value).isEmpty() ? null : firstElement(value);
    }

    private static String firstElement(String list) {
        int comma = list.indexOf(',');
        return (comma < 0 ? list : list.substring(0, comma)).strip();
    }

    private static @Nullable String parameter(String element, String name) {
        Matcher matcher = Pattern.compile(
                        "(?:^|;)\\s*" + name + "\\s*=\\s*(?:\"([^\"]*)\"|([^;\"\\s]+))", Pattern.CASE_INSENSITIVE)
                .matcher(element);
        if (!matcher.find()) {
            return null;
        }
        return matcher.group(1) != null ? matcher.group(1) : matcher.group(2);
    }
}
