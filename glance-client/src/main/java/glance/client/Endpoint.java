package glance.client;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Addresses of the image service and how parts of them are written. */
final class Endpoint {
    private Endpoint() {}

    /** The address without a version suffix and without a final slash. */
    static String unversioned(String url) {
        return url.replaceFirst("/+$", "")
                .replaceFirst("(?i)/v[0-9]+(\\.[0-9]+)?$", "")
                .replaceFirst("/+$", "");
    }

    static URI uri(String address) {
        try {
            URI uri = new URI(address);
            String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
            if (uri.getHost() == null || !(scheme.equals("http") || scheme.equals("https"))) {
                throw new ClientException("not an http or https address: " + Text.quoted(address));
            }
            return uri;
        } catch (URISyntaxException broken) {
            throw new ClientException("not an address: " + Text.quoted(address), broken);
        }
    }

    /** A link of the service, with what it should have encoded made acceptable. */
    static String link(String sent) {
        StringBuilder link = new StringBuilder();
        sent.codePoints().forEach(c -> {
            if (c > 0x20 && c < 0x7f && "\"<>\\^`{|}".indexOf(c) < 0) {
                link.appendCodePoint(c);
            } else {
                link.append(encoded(Character.toString(c)));
            }
        });
        return link.toString();
    }

    /** One path segment or query value, percent-encoded UTF-8. */
    static String encoded(String part) {
        return URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20");
    }

    static String query(Collection<Map.Entry<String, String>> parameters) {
        return parameters.stream()
                .map(each -> encoded(each.getKey()) + "=" + encoded(each.getValue()))
                .collect(Collectors.joining("&"));
    }
}
