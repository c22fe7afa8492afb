package glance.fetch;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An HTTP proxy that the operator names: http URLs are asked for from it, https ones through a tunnel that it opens.
 *
 * @param credentials {@code user:password}, never shown
 */
public record Proxy(String host, int port, Optional<String> credentials) {
    private static final Pattern FORM =
            Pattern.compile("(?:http://)?(?:([^@/\\s]*)@)?([A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+]):([0-9]{1,5})/?");

    /**
     * @param text {@code [http://][user:password@]host:port}
     * @throws IllegalArgumentException when it is none; the message does not show it, since it may hold a password
     */
    public static Proxy parse(String text) {
        Matcher matcher = FORM.matcher(text.strip());
        int port = matcher.matches() ? Integer.parseInt(matcher.group(3)) : 0;
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("no proxy; accepted: [user:password@]host:port");
        }
        return new Proxy(matcher.group(2).replaceAll("[\\[\\]]", ""), port, Optional.ofNullable(matcher.group(1)));
    }

    @Override
    public String toString() {
        return (credentials.isPresent() ? "***@" : "") + host + ":" + port;
    }
}
