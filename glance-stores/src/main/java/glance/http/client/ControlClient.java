package glance.http.client;

import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.hc.client5.http.classic.methods.HttpDelete;
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
 * Connections are kept and limited, waiting is limited, a whole call is limited, answers are limited. Thread-safe.
 */
public final class ControlClient implements AutoCloseable {
    private static final int CONNECTIONS = 32;

    /**
     * What a call may take.
     *
     * @param oneWait for a connection, and for each part of an answer
     * @param whole from the call to the last byte of its answer
     * @param answerBytes of an answer's body; a longer one is a failure
     */
    public record Limits(Duration oneWait, Duration whole, int answerBytes) {
        /** Far above a token with a large catalog. */
        private static final int USUAL_ANSWER = 8 << 20;

        /** For small questions: a wait each for the connection, the head and the body. */
        public static Limits of(Duration oneWait) {
            return new Limits(oneWait, oneWait.multipliedBy(3), USUAL_ANSWER);
        }
    }

    /** More came back than was asked to be taken. */
    public static final class AnswerTooLong extends IOException {
        private static final long serialVersionUID = 1L;

        private AnswerTooLong(String message) {
            super(message);
        }
    }

    private final CloseableHttpClient client;
    private final Limits limits;
    private final ScheduledThreadPoolExecutor deadlines;

    public ControlClient(Limits limits, TlsConfig tls) {
        this.limits = limits;
        this.deadlines = new ScheduledThreadPoolExecutor(
                1, work -> Thread.ofPlatform().name("call-deadlines").daemon().unstarted(work));
        deadlines.setRemoveOnCancelPolicy(true);
        Timeout wait = Timeout.ofMilliseconds(limits.oneWait().toMillis());
        this.client = HttpClients.custom()
                .setConnectionManager(connections(wait, tls))
                .setDefaultRequestConfig(RequestConfig.custom()
                        .setConnectionRequestTimeout(wait)
                        .setResponseTimeout(wait)
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

    public Answer delete(URI url, Map<String, String> headers) throws IOException {
        return send(new HttpDelete(url), headers);
    }

    private Answer send(HttpUriRequestBase request, Map<String, String> headers) throws IOException {
        headers.forEach(request::setHeader);
        // Waits are counted between bytes: a peer that sends one now and then would hold the caller for ever.
        ScheduledFuture<?> deadline =
                deadlines.schedule(request::abort, limits.whole().toMillis(), TimeUnit.MILLISECONDS);
        try {
            return client.execute(request, this::answer);
        } catch (IOException failure) {
            if (deadline.isDone()) {
                IOException late = new SocketTimeoutException("no whole answer within " + limits.whole());
                late.addSuppressed(failure);
                throw late;
            }
            throw failure;
        } finally {
            deadline.cancel(false);
        }
    }

    private Answer answer(ClassicHttpResponse response) throws IOException {
        Map<String, String> headers = new HashMap<>();
        for (Header header : response.getHeaders()) {
            headers.putIfAbsent(header.getName().toLowerCase(Locale.ROOT), header.getValue());
        }
        byte[] content = {};
        if (response.getEntity() != null) {
            try (InputStream in = response.getEntity().getContent()) {
                content = in.readNBytes(limits.answerBytes() + 1);
            }
        }
        if (content.length > limits.answerBytes()) {
            throw new AnswerTooLong("the answer is longer than " + limits.answerBytes() + " bytes");
        }
        return new Answer(response.getCode(), headers, content);
    }

    @Override
    public void close() {
        deadlines.shutdownNow();
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
