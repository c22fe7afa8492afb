package glance.store.remote;

import glance.http.client.TlsConfig;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.http.io.entity.AbstractHttpEntity;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * Calls to a store over HTTP/1.1, bodies streamed both ways: one call per calling thread, no repeats, no redirects, no cookies,
 * no decompression, no {@code Expect: 100-continue}. Connections are kept and bounded, every wait is bounded. Thread-safe.
 */
public final class StoreHttp implements AutoCloseable {
    /** Copied through the HTTP library at a time. */
    private static final int BUFFER_BYTES = 64 * 1024;

    private static final Body NOTHING = new BufferBody(ByteBuffer.allocate(0));

    private final CloseableHttpClient client;

    /**
     * What calls may take.
     *
     * @param connect until a connection stands
     * @param idle between two bytes, and for the head of an answer
     * @param connections at a time; more calls wait for {@code idle} at most
     */
    public record Limits(Duration connect, Duration idle, int connections) {}

    public StoreHttp(Limits limits, TlsConfig tls) {
        Timeout connect = Timeout.ofMilliseconds(limits.connect().toMillis());
        Timeout idle = Timeout.ofMilliseconds(limits.idle().toMillis());
        Http1Config http = Http1Config.custom().setBufferSize(BUFFER_BYTES).build();
        this.client = HttpClients.custom()
                .setConnectionManager(PoolingHttpClientConnectionManagerBuilder.create()
                        .setConnectionFactory(ManagedHttpClientConnectionFactory.builder()
                                .http1Config(http)
                                .build())
                        .setTlsSocketStrategy(tls.strategy())
                        .setMaxConnPerRoute(limits.connections())
                        .setMaxConnTotal(limits.connections())
                        .setDefaultSocketConfig(
                                SocketConfig.custom().setTcpNoDelay(true).build())
                        .setDefaultConnectionConfig(ConnectionConfig.custom()
                                .setConnectTimeout(connect)
                                .setSocketTimeout(idle)
                                .setValidateAfterInactivity(TimeValue.ofSeconds(1))
                                .setTimeToLive(TimeValue.ofMinutes(10))
                                .build())
                        .build())
                .setDefaultRequestConfig(RequestConfig.custom()
                        .setConnectionRequestTimeout(idle)
                        .setResponseTimeout(idle)
                        .setExpectContinueEnabled(false)
                        .build())
                .disableRedirectHandling()
                .disableAutomaticRetries()
                .disableContentCompression()
                .disableCookieManagement()
                .disableAuthCaching()
                .setUserAgent("glance")
                .build();
    }

    /** What a request carries. */
    public interface Body {
        /** Bytes; when they are not known the body is sent in chunks. */
        OptionalLong length();

        /** Writes all of it, once. */
        void writeTo(OutputStream out) throws IOException;
    }

    /**
     * Makes a call and returns when the head of the answer is here, whatever its status.
     *
     * @param body null for none, which sends {@code Content-Length: 0} where the method usually has one
     * @throws IOException when there was no answer
     */
    public Answer send(String method, URI url, Map<String, String> headers, @Nullable Body body) throws IOException {
        HttpUriRequestBase request = new HttpUriRequestBase(method, url);
        headers.forEach(request::setHeader);
        if (body != null) {
            request.setEntity(new Sent(body));
        } else if (method.equals("PUT") || method.equals("POST")) {
            request.setEntity(new Sent(NOTHING));
        }
        return new Answer(request, client.executeOpen(null, request, null));
    }

    /** An answer, to be closed by the caller. */
    public static final class Answer implements AutoCloseable {
        private final HttpUriRequestBase request;
        private final ClassicHttpResponse response;

        private Answer(HttpUriRequestBase request, ClassicHttpResponse response) {
            this.request = request;
            this.response = response;
        }

        public int status() {
            return response.getCode();
        }

        /** The first header of that name. */
        public Optional<String> header(String name) {
            Header header = response.getFirstHeader(name);
            return header == null ? Optional.empty() : Optional.of(header.getValue());
        }

        /** The first header of that name as a count; empty when it is absent or none. */
        public OptionalLong number(String name) {
            String told = header(name).orElse("");
            return told.matches("[0-9]{1,18}") ? OptionalLong.of(Long.parseLong(told)) : OptionalLong.empty();
        }

        /** Every header, names as they came; a name may come several times. */
        public List<Map.Entry<String, String>> headers() {
            return Stream.of(response.getHeaders())
                    .map(header -> Map.entry(header.getName(), header.getValue()))
                    .toList();
        }

        /** The body; empty when there is none. */
        public InputStream body() throws IOException {
            return response.getEntity() == null
                    ? InputStream.nullInputStream()
                    : response.getEntity().getContent();
        }

        /** The body whole, which frees the connection for the next call. */
        public byte[] content(int limit) throws IOException {
            try (InputStream in = body()) {
                byte[] content = in.readNBytes(limit + 1);
                if (content.length > limit) {
                    throw new IOException("the answer is longer than " + limit + " bytes");
                }
                return content;
            }
        }

        /** Ends the connection if much is left of the body, also under a thread that reads it; keeps it otherwise. */
        @Override
        public void close() {
            HttpEntity entity = response.getEntity();
            boolean small =
                    entity != null && entity.getContentLength() >= 0 && entity.getContentLength() <= BUFFER_BYTES;
            if (small) {
                EntityUtils.consumeQuietly(entity);
            }
            request.cancel(); // does nothing once the body has been read
            try {
                response.close();
            } catch (IOException gone) {
                // nothing is left to free
            }
        }
    }

    private static final class Sent extends AbstractHttpEntity {
        private final Body body;

        Sent(Body body) {
            super((String) null, null, body.length().isEmpty());
            this.body = body;
        }

        @Override
        public long getContentLength() {
            return body.length().orElse(-1);
        }

        @Override
        public boolean isStreaming() {
            return true;
        }

        @Override
        public boolean isRepeatable() {
            return false;
        }

        @Override
        public InputStream getContent() {
            throw new UnsupportedOperationException("this body is written, not read");
        }

        @Override
        public void writeTo(OutputStream out) throws IOException {
            body.writeTo(out);
        }

        @Override
        public void close() {}
    }

    @Override
    public void close() {
        client.close(CloseMode.IMMEDIATE);
    }
}
