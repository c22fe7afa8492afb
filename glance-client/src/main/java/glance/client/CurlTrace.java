package glance.client;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes each exchange for {@code --debug}: the request as a curl command, the answer as it came. Tokens are replaced
 * by their SHA-1, logins and signatures in addresses and secret members of documents by stars, bodies of login requests and their answers are left out, image data is never shown.
 *
 * @param lines takes one event at a time
 */
record CurlTrace(Consumer<String> lines) {
    private static final Set<String> SECRET_HEADERS =
            Set.of("x-auth-token", "x-service-token", "x-subject-token", "authorization", "cookie", "set-cookie");

    void request(Request request, TlsSettings tls) {
        StringBuilder curl = new StringBuilder("curl -g -i -X ").append(request.method());
        request.headers()
                .forEach((name, value) -> curl.append(" -H '")
                        .append(name)
                        .append(": ")
                        .append(shown(name, value))
                        .append('\''));
        if (tls.insecure()) {
            curl.append(" -k");
        }
        option(curl, "--cacert", tls.caCertificates());
        option(curl, "--cert", tls.certificate());
        option(curl, "--key", tls.key());
        if (request.body() instanceof Request.Body.Document document) {
            curl.append(" -d '")
                    .append(Redaction.of(document.toString()).replace("'", "'\\''"))
                    .append('\'');
        }
        String address = Redaction.of(request.uri().toString());
        boolean plain = address.matches("[A-Za-z0-9:/._~%-]*");
        lines.accept(curl.append(plain ? " " : " '")
                .append(address)
                .append(plain ? "" : "'")
                .toString());
    }

    private static void option(StringBuilder curl, String name, @Nullable Path file) {
        if (file != null) {
            curl.append(' ').append(name).append(' ').append(file);
        }
    }

    /** Shows the answer and gives it on, its document buffered if it was shown. */
    Reply reply(Request request, Reply reply) throws IOException {
        StringBuilder text = new StringBuilder("HTTP/1.1 " + reply.status() + " " + reply.reason());
        reply.headers()
                .forEach((name, value) ->
                        text.append('\n').append(name).append(": ").append(shown(name, value)));
        String type = reply.header("content-type");
        boolean secret = request.body() instanceof Request.Body.Document document && document.secret();
        if (secret || !(type.contains("json") || type.startsWith("text/"))) {
            lines.accept(text.toString());
            return reply;
        }
        byte[] body;
        try (reply) {
            body = reply.bytes();
        }
        lines.accept(text.append("\n\n")
                .append(Redaction.of(new String(body, StandardCharsets.UTF_8)))
                .toString());
        return new Reply(reply.status(), reply.reason(), reply.headers(), new ByteArrayInputStream(body));
    }

    private static String shown(String name, String value) {
        return SECRET_HEADERS.contains(name.toLowerCase(Locale.ROOT)) ? "{SHA1}" + sha1(value) : Redaction.of(value);
    }

    private static String sha1(String value) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-1").digest(value.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible); // every Java runtime has SHA-1
        }
    }
}
