package glance.store.s3;

import glance.store.remote.BufferBody;
import glance.store.remote.StoreHttp;
import glance.store.remote.StreamedCall;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Single requests: their URL and signature. Bodies are no part of the signature until the server refuses that, since hashing
 * them costs more than all the rest. Thread-safe.
 */
final class S3Wire {
    private static final Logger LOG = LoggerFactory.getLogger(S3Wire.class);
    private static final int ANSWER_BYTES = 1 << 20;

    /** What servers call a body whose hash they miss. */
    private static final Set<String> UNSIGNED = Set.of("XAmzContentSHA256Mismatch", "InvalidRequest");

    private final S3Config config;
    private final StoreHttp http;
    private final S3Signer signer;
    private volatile S3Config.Keys keys;
    private volatile boolean signsBodies;

    S3Wire(S3Config config, StoreHttp http) {
        this.config = config;
        this.http = http;
        this.signer = new S3Signer(config.region());
        this.keys = config.keys();
        this.signsBodies = config.signsBodies();
    }

    /** Signs with these from now on. */
    void use(S3Config.Keys next) {
        keys = next;
    }

    /** Whether bodies are hashed and signed: by the configuration, or since the server wants it. */
    boolean signsBodies() {
        return signsBodies;
    }

    /** Makes a call; again with a signed body where the server refuses one that is not. */
    StoreHttp.Answer call(
            String method,
            S3Client.Target target,
            Map<String, String> query,
            Map<String, String> headers,
            @Nullable BufferBody body)
            throws IOException {
        if (body == null || signsBodies) {
            return send(method, target, query, headers, body, true);
        }
        StoreHttp.Answer answer = send(method, target, query, headers, body, false);
        if (answer.status() != 400) {
            return answer;
        }
        try (answer) {
            byte[] content = answer.content(ANSWER_BYTES);
            if (!UNSIGNED.contains(S3Client.code(content))) {
                throw S3Client.failure(answer, content, target);
            }
        }
        StoreHttp.Answer signed = send(method, target, query, headers, body, true);
        if (signed.status() != 400) {
            signsBodies = true;
            LOG.info("server wants signed bodies, which costs time endpoint={}", config.endpoint());
        }
        return signed;
    }

    private StoreHttp.Answer send(
            String method,
            S3Client.Target target,
            Map<String, String> query,
            Map<String, String> headers,
            @Nullable BufferBody body,
            boolean signsBody)
            throws IOException {
        S3Signer.Signed signed = signed(method, target, query, headers, new S3Signer.Signing(signsBody, body));
        return http.send(method, signed.url(), signed.headers(), body);
    }

    /** Begins a call whose body comes later, so that it cannot be signed. */
    StreamedCall begin(String method, S3Client.Target target, long size) {
        S3Signer.Signed signed = signed(method, target, Map.of(), Map.of(), new S3Signer.Signing(false, null));
        return new StreamedCall(http, method, signed.url(), signed.headers(), OptionalLong.of(size));
    }

    /** Tells of a streamed body's refusal: the next one is not streamed. */
    void refused(String code) {
        if (UNSIGNED.contains(code)) {
            signsBodies = true;
            LOG.warn(
                    "server refused an unsigned body, later ones are signed; s3_store_payload_signing = true does so from the"
                            + " start endpoint={}",
                    config.endpoint());
        }
    }

    private S3Signer.Signed signed(
            String method,
            S3Client.Target target,
            Map<String, String> query,
            Map<String, String> headers,
            S3Signer.Signing signing) {
        URI endpoint = config.endpoint();
        String path = "/" + encoded(target.key());
        if (config.bucketInHost()) {
            endpoint = URI.create(endpoint.getScheme() + "://" + target.bucket() + "." + endpoint.getAuthority());
        } else {
            path = "/" + encoded(target.bucket()) + (target.key().isEmpty() ? "" : path);
        }
        return signer.sign(
                new S3Signer.Request(method, endpoint, path, query, headers),
                target.keys().orElse(keys),
                signing);
    }

    /** Percent-encoded but for what RFC 3986 leaves unreserved. */
    private static String encoded(String text) {
        StringBuilder encoded = new StringBuilder();
        for (byte one : text.getBytes(StandardCharsets.UTF_8)) {
            boolean plain = (one >= 'a' && one <= 'z')
                    || (one >= 'A' && one <= 'Z')
                    || (one >= '0' && one <= '9')
                    || "-_.~".indexOf(one) >= 0;
            encoded.append(plain ? Character.toString(one) : String.format("%%%02X", one));
        }
        return encoded.toString();
    }
}
