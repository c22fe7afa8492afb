package glance.http;

import glance.config.ConfigException;
import glance.config.Option;
import glance.config.OptionGroup;
import glance.config.Section;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the engine listens and what it grants a client.
 *
 * @param keepAlive whether a connection may carry more than one request
 */
public record HttpServerConfig(Listener listener, Limits limits, boolean keepAlive) {
    /**
     * The sockets.
     *
     * @param host address or name to bind
     * @param port 0 takes a free one
     * @param unixSocket a socket file to listen on as well, if any
     * @param backlog connections the kernel holds before they are accepted
     * @param tcpKeepIdle idle time before the kernel probes a peer
     * @param tls TLS for the TCP listener, if any
     */
    public record Listener(
            String host,
            int port,
            @Nullable Path unixSocket,
            int backlog,
            Duration tcpKeepIdle,
            @Nullable Tls tls) {}

    /** PEM files. With {@code authority} a client must present a certificate it signed. */
    public record Tls(Path certificate, Path key, @Nullable Path authority) {}

    /**
     * What a client may take.
     *
     * @param headerLineBytes one header line; four times as much for all of them together, at least 64 KiB
     * @param requests requests in progress at once; more are answered 503
     * @param connections open at once; more wait in the backlog
     * @param perAddress of them, what one address may have
     * @param rate how fast a client must send a body and take an answer
     * @param idle time without a byte moving while the engine waits for the client; zero: none
     * @param header time for a request's header, from its first byte (of a new connection: from its start)
     * @param keepAliveIdle time between two requests; zero: none
     * @param drain time for requests in progress when the server stops
     */
    public record Limits(
            int headerLineBytes,
            int requests,
            int connections,
            PerAddress perAddress,
            Rate rate,
            Duration idle,
            Duration header,
            Duration keepAliveIdle,
            Duration drain) {
        int headerBytes() {
            return Math.max(65_536, Math.multiplyExact(4, headerLineBytes));
        }
    }

    /**
     * What a client must send of a body, or take of an answer, on average over the time it is waited for.
     *
     * @param bytesPerSecond zero: any
     * @param grace time that every body has besides
     */
    public record Rate(int bytesPerSecond, Duration grace) {
        public static final Rate ANY = new Rate(0, Duration.ZERO);

        private static final long SECOND = 1_000_000_000;

        /** The time in nanoseconds in which so many bytes must have come; there must be a rate. */
        long allowed(long bytes) {
            // Beyond a day the idle limit is what counts.
            return grace.toNanos()
                    + Math.min(bytes / bytesPerSecond, Duration.ofDays(1).toSeconds()) * SECOND;
        }
    }

    /**
     * How many connections one address may have open; more are closed at once. Of IPv6, one /64 network counts as one.
     *
     * @param most zero: any number
     * @param loopback whether those of this machine count, among them a proxy's beside the service
     */
    public record PerAddress(int most, boolean loopback) {
        public static final PerAddress ANY = new PerAddress(0, false);

        private static final PerAddress USUAL = new PerAddress(1024, false);

        private static PerAddress from(Section section) {
            return section.find(PER_ADDRESS)
                    .map(most -> new PerAddress(most, true))
                    .orElse(USUAL);
        }
    }

    /** Whether it is set at all decides, without authentication, what is bound. */
    public static final Option<String> BIND_HOST =
            Option.text("bind_host").orElse("0.0.0.0").help("Address to listen on.");

    static final Option<Integer> BIND_PORT =
            Option.port("bind_port").orElse(9292).help("TCP port to listen on; 0 takes a free one.");
    static final Option<Path> UNIX_SOCKET =
            Option.path("bind_unix_socket").help("Socket file to listen on, besides the TCP port.");
    static final Option<Integer> BACKLOG = Option.integer("backlog")
            .atLeast(1)
            .orElse(4096)
            .help("Connections the kernel holds before they are accepted.");
    static final Option<Integer> MAX_HEADER_LINE = Option.integer("max_header_line")
            .atLeast(256)
            .atMost(1 << 20)
            .orElse(16_384)
            .help("Longest header line and request line in bytes; longer ones are answered 431 and 414. "
                    + "Tokens that carry a service catalog need a large one.");
    static final Option<Boolean> KEEPALIVE =
            Option.flag("http_keepalive").orElse(true).help("Whether a connection may carry more than one request.");
    static final Option<Integer> SOCKET_TIMEOUT = Option.integer("client_socket_timeout")
            .atLeast(0)
            .orElse(900)
            .help("Seconds a connection may stand still while the server waits for the client; 0: for ever.");
    static final Option<Integer> HEADER_TIMEOUT = Option.integer("client_header_timeout")
            .atLeast(1)
            .orElse(60)
            .help("Seconds a client may take to send the header of a request.");
    static final Option<Integer> KEEPALIVE_TIMEOUT = Option.integer("http_keepalive_timeout")
            .atLeast(0)
            .help("Seconds a connection may idle between two requests; 0: for ever. Unset: client_socket_timeout.");
    static final Option<Integer> TCP_KEEPIDLE = Option.integer("tcp_keepidle")
            .atLeast(1)
            .atMost(32_767)
            .orElse(600)
            .help("Seconds before the kernel probes a silent peer.");
    static final Option<Integer> DRAIN = Option.integer("graceful_shutdown_timeout")
            .atLeast(0)
            .orElse(60)
            .help("Seconds requests in progress get to finish when the server stops; what is left then is cut.");
    static final Option<Integer> MAX_REQUESTS = Option.integer("max_concurrent_requests")
            .atLeast(1)
            .orElse(2048)
            .help("Requests in progress at once; more are answered 503.");
    static final Option<Integer> MAX_CONNECTIONS = Option.integer("max_connections")
            .atLeast(1)
            .orElse(8192)
            .help("Connections open at once; more wait unaccepted.");
    static final Option<Integer> PER_ADDRESS = Option.integer("max_connections_per_address")
            .atLeast(0)
            .help(
                    "Connections open at once from one address (of IPv6: one /64 network); more are closed at once; 0: no "
                            + "limit. Unset: 1024, not counting those of this machine.");

    private static final Duration GRACE = Duration.ofSeconds(30);

    static final Option<Integer> MINIMUM_RATE = Option.integer("client_minimum_rate")
            .atLeast(0)
            .orElse(500)
            .help(
                    "Bytes a second that a client must send of a request's body, or take of an answer, on average over the "
                            + "time it is waited for and after the first 30 seconds; slower uploads are answered 408, slower "
                            + "downloads cut. 0: any.");
    static final Option<Path> CERT_FILE = Option.path("cert_file")
            .reloadable()
            .help("PEM certificate chain of the listener; turns TLS on, with key_file.");
    static final Option<Path> KEY_FILE =
            Option.path("key_file").reloadable().help("PEM private key that belongs to cert_file.");
    static final Option<Path> CA_FILE = Option.path("ca_file")
            .reloadable()
            .help("PEM certificates of authorities; clients must present one they signed.");

    /** Every option of the engine, for the reference page. */
    public static final OptionGroup OPTIONS = options(BIND_PORT);

    /** The options of a service with a usual port of its own. */
    public static OptionGroup optionsWithPort(int usualPort) {
        return options(BIND_PORT.orElse(usualPort));
    }

    private static OptionGroup options(Option<Integer> port) {
        return new OptionGroup(
                "DEFAULT",
                "The HTTP listener.",
                List.of(
                        BIND_HOST,
                        port,
                        UNIX_SOCKET,
                        BACKLOG,
                        MAX_HEADER_LINE,
                        KEEPALIVE,
                        SOCKET_TIMEOUT,
                        HEADER_TIMEOUT,
                        KEEPALIVE_TIMEOUT,
                        TCP_KEEPIDLE,
                        DRAIN,
                        MAX_REQUESTS,
                        MAX_CONNECTIONS,
                        PER_ADDRESS,
                        MINIMUM_RATE,
                        CERT_FILE,
                        KEY_FILE,
                        CA_FILE));
    }

    /** These settings on another address. */
    public HttpServerConfig withHost(String host) {
        Listener other = new Listener(
                host,
                listener.port(),
                listener.unixSocket(),
                listener.backlog(),
                listener.tcpKeepIdle(),
                listener.tls());
        return new HttpServerConfig(other, limits, keepAlive);
    }

    /** The same limits on one other plain TCP listener. */
    public HttpServerConfig onlyAt(String host, int port) {
        Listener other = new Listener(host, port, null, listener.backlog(), listener.tcpKeepIdle(), null);
        return new HttpServerConfig(other, limits, keepAlive);
    }

    /** Reads {@code [DEFAULT]}. */
    public static HttpServerConfig from(Section section) {
        return from(section, section.get(BIND_PORT));
    }

    /** Reads {@code [DEFAULT]} of a service with a usual port of its own. */
    public static HttpServerConfig withUsualPort(Section section, int usualPort) {
        return from(section, section.get(BIND_PORT.orElse(usualPort)));
    }

    private static HttpServerConfig from(Section section, int port) {
        int idle = section.get(SOCKET_TIMEOUT);
        return new HttpServerConfig(
                new Listener(
                        section.get(BIND_HOST),
                        port,
                        section.find(UNIX_SOCKET).orElse(null),
                        section.get(BACKLOG),
                        Duration.ofSeconds(section.get(TCP_KEEPIDLE)),
                        tls(section)),
                new Limits(
                        section.get(MAX_HEADER_LINE),
                        section.get(MAX_REQUESTS),
                        section.get(MAX_CONNECTIONS),
                        PerAddress.from(section),
                        new Rate(section.get(MINIMUM_RATE), GRACE),
                        Duration.ofSeconds(idle),
                        Duration.ofSeconds(section.get(HEADER_TIMEOUT)),
                        Duration.ofSeconds(section.find(KEEPALIVE_TIMEOUT).orElse(idle)),
                        Duration.ofSeconds(section.get(DRAIN))),
                section.get(KEEPALIVE));
    }

    private static @Nullable Tls tls(Section section) {
        Path certificate = section.find(CERT_FILE).orElse(null);
        Path key = section.find(KEY_FILE).orElse(null);
        if (certificate == null && key == null) {
            if (section.find(CA_FILE).isPresent()) {
                throw new ConfigException(
                        "[DEFAULT] ca_file asks for certificates of clients, which needs cert_file and key_file");
            }
            return null;
        }
        if (certificate == null || key == null) {
            throw new ConfigException("[DEFAULT] cert_file and key_file: give both or neither; only "
                    + (key == null ? "cert_file" : "key_file") + " is set");
        }
        return new Tls(certificate, key, section.find(CA_FILE).orElse(null));
    }
}
