package glance.http;

import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A request's header, checked: what Netty lets pass but another server on the way might read differently is refused (RFC
 * 9112, 6.3 and 11.2).
 *
 * @param length body bytes; {@link #CHUNKED} when told by chunks, 0 for none
 * @param awaitsContinue whether the client waits for {@code 100 Continue}
 * @param persistent whether the client wants the connection kept
 * @param modern HTTP/1.1 or later 1.x
 */
record RequestHead(
        String method,
        String path,
        String query,
        Headers headers,
        long length,
        boolean awaitsContinue,
        boolean persistent,
        boolean modern) {
    static final long CHUNKED = -1;

    static RequestHead of(HttpRequest request, HttpServerConfig.Limits limits) throws Refusal {
        requireDecoded(request.decoderResult());
        boolean modern = modern(request);
        List<Map.Entry<String, String>> fields =
                new ArrayList<>(request.headers().size());
        for (Map.Entry<String, String> field : request.headers()) {
            if (field.getKey().length() + 2 + field.getValue().length() > limits.headerLineBytes()) {
                throw tooLarge("header line " + field.getKey(), limits.headerLineBytes());
            }
            fields.add(Map.entry(field.getKey(), field.getValue()));
        }
        Headers headers = Headers.of(fields);
        requireHost(headers.all("Host"));
        String target = target(request.uri());
        int question = target.indexOf('?');
        return new RequestHead(
                request.method().name(),
                collapsed(question < 0 ? target : target.substring(0, question)),
                question < 0 ? "" : target.substring(question + 1),
                headers,
                length(headers, modern),
                awaitsContinue(headers, modern),
                persistent(headers, modern),
                modern);
    }

    private static void requireHost(List<String> hosts) throws Refusal {
        if (hosts.size() > 1) {
            throw new Refusal(400, "more than one Host header");
        }
        if (!hosts.isEmpty() && !Request.isAuthority(hosts.getFirst())) {
            throw new Refusal(400, "the Host header is not a host with an optional port");
        }
    }

    private static void requireDecoded(DecoderResult result) throws Refusal {
        if (result.isSuccess()) {
            return;
        }
        throw switch (result.cause()) {
            case TooLongHttpLineException _ -> new Refusal(414, "the request line is too long");
            case TooLongHttpHeaderException _ -> new Refusal(431, "the request header is too large");
            default -> new Refusal(400, "the request cannot be read as HTTP/1.1");
        };
    }

    private static Refusal tooLarge(String what, int limit) {
        return new Refusal(431, what + " exceeds the limit of " + limit + " bytes");
    }

    private static boolean modern(HttpRequest request) throws Refusal {
        if (!"HTTP".equals(request.protocolVersion().protocolName())
                || request.protocolVersion().majorVersion() != 1) {
            throw new Refusal(505, "only HTTP/1.0 and HTTP/1.1 are spoken here");
        }
        return request.protocolVersion().minorVersion() >= 1;
    }

    /** Path and query of the request target; {@code http://host/path} loses its front (RFC 9112, 3.2). */
    private static String target(String uri) throws Refusal {
        String target = uri;
        if (uri.regionMatches(true, 0, "http://", 0, 7) || uri.regionMatches(true, 0, "https://", 0, 8)) {
            int path = uri.indexOf('/', uri.indexOf("://") + 3);
            target = path < 0 ? "/" : uri.substring(path);
        }
        if (!target.startsWith("/") && !target.equals("*")) {
            throw new Refusal(400, "the request target must start with a slash");
        }
        if (target.chars().anyMatch(c -> c <= ' ' || c == 0x7f || c == '#')) {
            throw new Refusal(400, "the request target has a character that must be percent-encoded");
        }
        return target;
    }

    private static String collapsed(String path) {
        int slashes = 0;
        while (slashes < path.length() && path.charAt(slashes) == '/') {
            slashes++;
        }
        return slashes > 1 ? path.substring(slashes - 1) : path;
    }

    private static long length(Headers headers, boolean modern) throws Refusal {
        List<String> encodings = headers.all("Transfer-Encoding");
        List<String> lengths = headers.all("Content-Length");
        if (!encodings.isEmpty()) {
            if (!lengths.isEmpty()) {
                throw new Refusal(400, "both Content-Length and Transfer-Encoding are given");
            }
            if (!modern) {
                throw new Refusal(400, "Transfer-Encoding in an HTTP/1.0 request");
            }
            if (encodings.size() != 1 || !encodings.getFirst().equalsIgnoreCase("chunked")) {
                throw new Refusal(400, "Transfer-Encoding must be chunked alone");
            }
            return CHUNKED;
        }
        if (lengths.isEmpty()) {
            return 0;
        }
        String length = lengths.getFirst();
        if (lengths.size() != 1
                || length.isEmpty()
                || length.length() > 18
                || !length.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw new Refusal(400, "Content-Length is not one whole number");
        }
        return Long.parseLong(length);
    }

    private static boolean awaitsContinue(Headers headers, boolean modern) throws Refusal {
        String expectation = headers.first("Expect");
        if (expectation == null || !modern) {
            return false;
        }
        if (!expectation.equalsIgnoreCase("100-continue")) {
            throw new Refusal(417, "Expect other than 100-continue");
        }
        return true;
    }

    private static boolean persistent(Headers headers, boolean modern) {
        boolean keep = false;
        for (String value : headers.all("Connection")) {
            for (String option : value.split(",", -1)) {
                if (option.strip().equalsIgnoreCase("close")) {
                    return false;
                }
                keep |= option.strip().equalsIgnoreCase("keep-alive");
            }
        }
        return modern || keep;
    }
}
