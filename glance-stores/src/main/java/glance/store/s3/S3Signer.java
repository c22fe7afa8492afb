package glance.store.s3;

import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.SignedRequest;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

/**
 * Signs requests with AWS Signature Version 4. The body is not part of the signature: hashing it a third time would cost more
 * than all the rest.
 */
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
     * @param path with its leading slash, percent-encoded
     * @param query as names and values, not encoded
     */
    Signed sign(
            String method,
            URI endpoint,
            String path,
            Map<String, String> query,
            Map<String, String> headers,
            S3Config.Keys keys) {
        SdkHttpRequest.Builder request = SdkHttpRequest.builder()
                .method(SdkHttpMethod.fromValue(method))
                .protocol(endpoint.getScheme())
                .host(endpoint.getHost())
                .port(endpoint.getPort() < 0 ? null : endpoint.getPort())
                .encodedPath(path);
        query.forEach(request::putRawQueryParameter);
        headers.forEach(request::putHeader);
        SignedRequest signed =
                signer.sign(wanted -> wanted.identity(AwsCredentialsIdentity.create(keys.access(), keys.secret()))
                        .request(request.build())
                        .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, "s3")
                        .putProperty(AwsV4HttpSigner.REGION_NAME, region)
                        .putProperty(AwsV4HttpSigner.DOUBLE_URL_ENCODE, false)
                        .putProperty(AwsV4HttpSigner.NORMALIZE_PATH, false)
                        .putProperty(AwsV4HttpSigner.PAYLOAD_SIGNING_ENABLED, false));
        Map<String, String> all = new HashMap<>();
        signed.request().forEachHeader((name, values) -> {
            if (!name.equalsIgnoreCase("Host")) {
                all.put(name, String.join(",", values));
            }
        });
        return new Signed(signed.request().getUri(), all);
    }
}
