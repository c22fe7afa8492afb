package glance.http.client;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;

/**
 * Makes calls whose bodies fit into memory: a request at a time per calling thread, no retries, no redirects, no cookies.
 * Connections are kept and limited, waiting is limited, answers are limited, to {@value #LONGEST_ANSWER} bytes unless said otherwise. Thread-safe.
 */
public final class ControlClient implements AutoCloseable {
    /** Far above a token with a large catalog. */
    public static final int LONGEST_ANSWER = 8 << 20;

    private static final int CONNECTIONS = 32;

    private final CloseableHttpClient client;
    private final int longestAnswer;

    /**
     * @param timeout longest wait for a connection and for each part of an answer
     */
    public ControlClient(Duration timeout, TlsConfig tls) {
        this(timeout, tls, LONGEST_ANSWER);
    }

    /**
     * @param timeout longest wait for a connection and for each part of an answer
     * @param longestAnswer bytes of an answer; a longer one is a failure
     */
    public ControlClient(Duration timeout, TlsConfig tls, int longestAnswer) {
        this.longestAnswer = longestAnswer;
        Timeout limit = Timeout.ofMilliseconds(timeout.toMillis());
        this.client = HttpClients.custom()
                .setConnectionManager(connections(limit, tls))
                .setDefaultRequestConfig(RequestConfig.custom()
                        .setConnectionRequestTimeout(limit)
                        .setResponseTimeout(limit)
                        .build())
                .disableAutomaticRetries()
                .disableRedirectHandling()
                .disableCookieManagement()
                .disableAuthCaching()
                .build();
    }

    private static PoolingHttpClientConnectionManager connections(Timeout limit, TlsConfig tls) {
        return PoolingHttpClientConnectionManagerBuilder.create()
                .setMaxConnPerRoute(CONNECTIONS)
                .setMaxConnTotal(2 * CONNECTIONS)
                .setTlsSocketStrategy(tls.strategy())
                .setDefaultConnectionConfig(ConnectionConfig.custom()
                        .setConnectTimeout(limit)
                        .setSocketTimeout(limit)
                        .setValidateAfterInactivity(TimeValue.ofSeconds(1))
                        .setTimeToLive(TimeValue.ofMinutes(5))
                        .build())
                .build();
    }

    public Answer get(URI url, Map<String, String> headers) throws IOException {
        return send(new HttpGet(url), headers);
    }

    public Answer post(URI url, Map<String, String> headers, String contentType, byte[] body) throws IOException {
        HttpPost request = new HttpPost(url);
        request.setEntity(new ByteArrayEntity(body, ContentType.parse(contentType)));
        return send(request, headers);
    }

    private Answer send(HttpUriRequestBase request, Map<String, String> headers) throws IOException {
        headers.forEach(request::setHeader);
        return client.execute(request, this::answer);
    }

    private Answer answer(ClassicHttpResponse response) throws IOException {
        Map<String, String> headers = new HashMap<>();
        for (Header header : response.getHeaders()) {
            headers.putIfAbsent(header.getName().toLowerCase(Locale.ROOT), header.getValue());
        }
        byte[] content = {};
        if (response.getEntity() != null) {
            try (InputStream in = response.getEntity().getContent()) {
                content = in.readNBytes(longestAnswer + 1);
            }
        }
        if (content.length > longestAnswer) {
            throw new IOException("the answer is longer than " + longestAnswer + " bytes");
        }
        return new Answer(response.getCode(), headers, content);
    }

    @Override
    public void close() {
        client.close(org.apache.hc.core5.io.CloseMode.IMMEDIATE);
    }

    /**
     * What came back.
     *
     * @param headers by lower-case name; of several with one name the first
     */
    @SuppressWarnings("ArrayRecordComponent") // read once, never compared
    public record Answer(int status, Map<String, String> headers, byte[] content) {}
}
