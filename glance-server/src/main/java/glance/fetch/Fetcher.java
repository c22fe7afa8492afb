package glance.fetch;

import glance.http.client.TlsConfig;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;
import org.apache.hc.client5.http.auth.AuthScope;
import org.apache.hc.client5.http.auth.UsernamePasswordCredentials;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.classic.methods.HttpHead;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.auth.BasicCredentialsProvider;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * GETs and HEADs URLs that users name. Every hop of a redirect is read anew and every address is checked as it is connected
 * to; the look-up that was checked is the one used. Where the operator names a proxy, this one looks up and connects: the address
 * is checked before as far as it is known here. No cookies, no proxies of the environment, no decompression, no repeats.
 * Thread-safe.
 */
public final class Fetcher implements AutoCloseable {
    private static final int HOPS = 5;
    private static final int CONNECTIONS = 256;

    /** One server that answers slowly leaves some to the others. */
    private static final int CONNECTIONS_TO_ONE = 192;

    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 307, 308);

    /** Of an answer's head, beyond any server's that means well. */
    private static final Http1Config HEADS = Http1Config.custom()
            .setMaxHeaderCount(200)
            .setMaxLineLength(16 * 1024)
            .setMaxEmptyLineCount(10)
            .build();

    private final CloseableHttpClient direct;
    private final Map<String, CloseableHttpClient> proxied = new HashMap<>();
    private final Destinations destinations;
    private final Duration headTime;
    private final ScheduledThreadPoolExecutor clock;

    public Fetcher(FetchConfig config, TlsConfig tls) {
        this(config, tls, Map.of());
    }

    /**
     * @param proxies by the scheme of the URLs that are asked for from them, {@code http} and {@code https}; others are reached
     *     directly
     */
    public Fetcher(FetchConfig config, TlsConfig tls, Map<String, Proxy> proxies) {
        this(config, tls, proxies, InetAddress::getAllByName);
    }

    Fetcher(FetchConfig config, TlsConfig tls, Map<String, Proxy> proxies, Destinations.Names names) {
        this.destinations = new Destinations(config.allowed(), config.disallowed(), names);
        this.headTime = config.connect().plus(config.idle());
        this.clock = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().daemon().name("fetch-clock").factory());
        clock.setRemoveOnCancelPolicy(true);
        this.direct = client(config, tls, new Checked(destinations)).build();
        // A client each: what a proxy's name means is the operator's word, what any other does is not.
        proxies.forEach((scheme, proxy) ->
                proxied.put(scheme, through(proxy, client(config, tls, SystemDefaultDnsResolver.INSTANCE))));
    }

    private static CloseableHttpClient through(Proxy proxy, HttpClientBuilder builder) {
        HttpHost host = new HttpHost(proxy.host(), proxy.port());
        builder.setProxy(host);
        proxy.credentials().ifPresent(text -> {
            int colon = text.indexOf(':');
            String user = colon < 0 ? text : text.substring(0, colon);
            String password = colon < 0 ? "" : text.substring(colon + 1);
            BasicCredentialsProvider credentials = new BasicCredentialsProvider();
            credentials.setCredentials(
                    new AuthScope(host), new UsernamePasswordCredentials(user, password.toCharArray()));
            builder.setDefaultCredentialsProvider(credentials);
        });
        return builder.build();
    }

    private static HttpClientBuilder client(FetchConfig config, TlsConfig tls, DnsResolver names) {
        Timeout connect = Timeout.ofMilliseconds(config.connect().toMillis());
        Timeout idle = Timeout.ofMilliseconds(config.idle().toMillis());
        return HttpClients.custom()
                .setConnectionManager(PoolingHttpClientConnectionManagerBuilder.create()
                        .setConnectionFactory(ManagedHttpClientConnectionFactory.builder()
                                .http1Config(HEADS)
                                .build())
                        .setDnsResolver(names)
                        .setTlsSocketStrategy(tls.strategy())
                        .setMaxConnPerRoute(CONNECTIONS_TO_ONE)
                        .setMaxConnTotal(CONNECTIONS)
                        .setDefaultConnectionConfig(ConnectionConfig.custom()
                                .setConnectTimeout(connect)
                                .setSocketTimeout(idle)
                                .build())
                        .build())
                .setDefaultRequestConfig(RequestConfig.custom()
                        .setConnectionRequestTimeout(connect)
                        .setResponseTimeout(idle)
                        .build())
                .disableRedirectHandling()
                .disableAutomaticRetries()
                .disableContentCompression()
                .disableCookieManagement()
                .disableAuthCaching()
                .setUserAgent("glance");
    }

    private record Checked(Destinations destinations) implements DnsResolver {
        @Override
        public InetAddress[] resolve(String host) throws UnknownHostException {
            try {
                return destinations.resolve(host);
            } catch (UnknownHostException unknown) {
                throw unknown;
            } catch (IOException refused) {
                UnknownHostException told = new UnknownHostException(refused.getMessage());
                told.initCause(refused);
                throw told;
            }
        }

        @Override
        public String resolveCanonicalHostname(String host) {
            return host;
        }
    }

    /** An answer, whatever its status, to be closed by the caller. */
    public static final class Fetched implements AutoCloseable {
        private final HttpUriRequestBase request;
        private final ClassicHttpResponse response;

        private Fetched(HttpUriRequestBase request, ClassicHttpResponse response) {
            this.request = request;
            this.response = response;
        }

        public int status() {
            return response.getCode();
        }

        /** Bytes of the body, when told. */
        public OptionalLong length() {
            String told = header("Content-Length");
            return told != null && told.matches("[0-9]{1,18}")
                    ? OptionalLong.of(Long.parseLong(told))
                    : OptionalLong.empty();
        }

        /** The first header of that name, or null. */
        public @Nullable String header(String name) {
            Header header = response.getFirstHeader(name);
            return header == null ? null : header.getValue();
        }

        /** The body; empty for HEAD. */
        public InputStream body() throws IOException {
            return response.getEntity() == null
                    ? InputStream.nullInputStream()
                    : response.getEntity().getContent();
        }

        /** Ends the connection at once if anything is left of the body, also under a thread that reads it. */
        @Override
        public void close() {
            // Else the client would read what is left, be it endless. Does nothing once the body has been read.
            request.cancel();
            try {
                response.close();
            } catch (IOException gone) {
                // nothing is left to free
            }
        }
    }

    /**
     * GETs.
     *
     * @param range value of {@code Range}, or null for all
     * @throws IOException when the server cannot be reached, an address is closed to users' URLs, or redirects do not end
     */
    public Fetched get(WebAddress address, @Nullable String range) throws IOException {
        return follow(address, () -> {
            HttpGet request = new HttpGet("/");
            if (range != null) {
                request.setHeader("Range", range);
            }
            return request;
        });
    }

    /** As {@link #get}, for the headers alone. */
    public Fetched head(WebAddress address) throws IOException {
        return follow(address, () -> new HttpHead("/"));
    }

    private Fetched follow(WebAddress first, Supplier<HttpUriRequestBase> requests) throws IOException {
        WebAddress at = first;
        for (int hop = 0; hop <= HOPS; hop++) {
            HttpUriRequestBase request = requests.get();
            request.setUri(at.url());
            at.authorization().ifPresent(value -> request.setHeader("Authorization", value));
            Fetched answer = new Fetched(request, answered(at, request));
            if (!REDIRECTS.contains(answer.status())) {
                return answer;
            }
            String location = answer.header("Location");
            answer.close();
            if (location == null) {
                throw new IOException(at + " redirects to nowhere");
            }
            try {
                at = at.follow(location);
            } catch (IllegalArgumentException malformed) {
                throw new IOException(at + " redirects to a URL that is not served: " + malformed.getMessage());
            }
        }
        throw new IOException(first + " redirects more than " + HOPS + " times");
    }

    /** The head of the answer, within the time for one: the client's own limit is between two bytes. */
    private ClassicHttpResponse answered(WebAddress at, HttpUriRequestBase request) throws IOException {
        CloseableHttpClient proxy = proxied.get(at.url().getScheme());
        if (proxy != null) {
            destinations.requireOpen(at.url().getHost());
        }
        CloseableHttpClient client = proxy == null ? direct : proxy;
        AtomicBoolean late = new AtomicBoolean();
        ScheduledFuture<?> limit = clock.schedule(
                () -> {
                    late.set(true);
                    request.cancel();
                },
                headTime.toMillis(),
                TimeUnit.MILLISECONDS);
        try {
            return client.executeOpen(null, request, null);
        } catch (IOException failure) {
            if (late.get()) {
                throw new IOException("no answer within " + headTime.toSeconds() + " s", failure);
            }
            throw failure;
        } finally {
            limit.cancel(false);
        }
    }

    @Override
    public void close() {
        clock.shutdownNow();
        direct.close(CloseMode.IMMEDIATE);
        proxied.values().forEach(client -> client.close(CloseMode.IMMEDIATE));
    }
}
