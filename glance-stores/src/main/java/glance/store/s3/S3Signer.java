package glance.store.s3;

import glance.store.remote.BufferBody;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.SignedRequest;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

/** Signs requests with AWS Signature Version 4, with or without their bodies. */
final class S3Signer {
    private final AwsV4HttpSigner signer = AwsV4HttpSigner.create();
    private final String region;

    S3Signer(String region) {
        this.region = region;
    }

    /**
     * A request ready to be sent.
     *
     * @param headers all but {@code Host}
     */
    record Signed(URI url, Map<String, String> headers) {}

    /**
     * A request to be signed.
     *
     * @param path with its leading slash, percent-encoded
     * @param query as names and values, not encoded
     */
    record Request(String method, URI endpoint, String path, Map<String, String> query, Map<String, String> headers) {}

    /**
     * What of the body is signed.
     *
     * @param payload whether its hash is part of the signature
     * @param body null when there is none
     */
    record Signing(boolean payload, @Nullable BufferBody body) {}

    Signed sign(Request asked, S3Config.Keys keys, Signing signing) {
        URI endpoint = asked.endpoint();
        SdkHttpRequest.Builder request = SdkHttpRequest.builder()
                .method(SdkHttpMethod.fromValue(asked.method()))
                .protocol(endpoint.getScheme())
                .host(endpoint.getHost())
                .port(endpoint.getPort() < 0 ? null : endpoint.getPort())
                .encodedPath(asked.path());
        asked.query().forEach(request::putRawQueryParameter);
        asked.headers().forEach(request::putHeader);
        BufferBody body = signing.payload() ? signing.body() : null;
        SignedRequest signed = signer.sign(wanted -> {
            wanted.identity(AwsCredentialsIdentity.create(keys.access(), keys.secret()))
                    .request(request.build())
                    .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, "s3")
                    .putProperty(AwsV4HttpSigner.REGION_NAME, region)
                    .putProperty(AwsV4HttpSigner.DOUBLE_URL_ENCODE, false)
                    .putProperty(AwsV4HttpSigner.NORMALIZE_PATH, false)
                    .putProperty(AwsV4HttpSigner.PAYLOAD_SIGNING_ENABLED, signing.payload());
            if (body != null) {
                wanted.payload(body::asStream);
            }
        });
        Map<String, String> all = new HashMap<>();
        signed.request().forEachHeader((name, values) -> {
            if (!name.equalsIgnoreCase("Host")) {
                all.put(name, String.join(",", values));
            }
        });
        return new Signed(signed.request().getUri(), all);
    }
}
