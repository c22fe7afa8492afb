package glance.server;

import glance.config.ConfigException;
import glance.config.Configuration;
import glance.config.Option;
import glance.config.OptionGroup;
import glance.config.Section;
import glance.http.HttpServerConfig;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;

/**
 * How the process as a whole behaves.
 *
 * @param workerId this process's name in the journal; the same after a restart, different from every other worker's
 * @param unauthenticatedRemote whether a service without authentication may listen beyond loopback
 * @param anonymous whether requests without a valid token are served read-only
 * @param maxRequestIdLength characters of a client's request id; 0 is no limit
 * @param proxyHeaders whether forwarding headers are believed
 */
public record ServerConfig(
        Optional<String> workerId,
        boolean unauthenticatedRemote,
        boolean anonymous,
        int maxRequestIdLength,
        boolean proxyHeaders,
        MetricsAccess metrics) {
    /** Where {@code /metrics} is served. */
    public record MetricsAccess(boolean onApi, String host, Optional<Integer> port) {}

    static final Option<String> WORKER_ID = Option.text("worker_id")
            .help(
                    "This process's name in the journal of unfinished uploads. It must survive a restart and differ between "
                            + "workers that share a database. Unset: host name and port.");
    static final Option<Boolean> UNAUTHENTICATED_REMOTE = Option.flag("allow_unauthenticated_remote_access")
            .orElse(false)
            .help(
                    "Lets a service without authentication listen on addresses other than loopback. Everybody who reaches it "
                            + "is then its administrator.");
    static final Option<Boolean> ANONYMOUS = Option.flag("allow_anonymous_access")
            .orElse(false)
            .help("Serves requests without a valid token as an anonymous, read-only caller instead of refusing them.");
    static final Option<Integer> MAX_REQUEST_ID = Option.integer("max_request_id_length")
            .atLeast(0)
            .orElse(64)
            .help(
                    "Longest X-OpenStack-Request-ID taken from a client; 0 is no limit. A longer one is refused with 431.");
    static final Option<Boolean> PROXY_HEADERS = Option.flag("enable_proxy_headers_parsing")
            .orElse(false)
            .help("Believes Forwarded and X-Forwarded-* headers. Only behind a proxy that sets or removes them.");
    static final Option<Boolean> METRICS_ON_API = Option.flag("on_api")
            .orElse(true)
            .help("Serves GET /metrics on the API's own port, to administrators only.");
    static final Option<String> METRICS_HOST =
            Option.text("bind_host").orElse("127.0.0.1").help("Address of the metrics listener.");
    static final Option<Integer> METRICS_PORT = Option.port("bind_port")
            .help("Port of a listener of its own that serves GET /metrics to everybody who reaches it. Unset: none.");

    /** The options of the process. */
    public static final OptionGroup OPTIONS = new OptionGroup(
            "DEFAULT", "The service process.", List.of(WORKER_ID, UNAUTHENTICATED_REMOTE, ANONYMOUS, MAX_REQUEST_ID));
    /** Trust in a proxy. */
    public static final OptionGroup PROXY_OPTIONS =
            new OptionGroup("oslo_middleware", "What a proxy in front may say.", List.of(PROXY_HEADERS));
    /** Where metrics are served. */
    public static final OptionGroup METRICS_OPTIONS = new OptionGroup(
            "metrics", "Where the Prometheus page is served.", List.of(METRICS_ON_API, METRICS_HOST, METRICS_PORT));

    public static ServerConfig from(Configuration configuration) {
        Section defaults = configuration.section("DEFAULT");
        Section metrics = configuration.section("metrics");
        return new ServerConfig(
                defaults.find(WORKER_ID),
                defaults.get(UNAUTHENTICATED_REMOTE),
                defaults.get(ANONYMOUS),
                defaults.get(MAX_REQUEST_ID),
                configuration.section("oslo_middleware").get(PROXY_HEADERS),
                new MetricsAccess(metrics.get(METRICS_ON_API), metrics.get(METRICS_HOST), metrics.find(METRICS_PORT)));
    }

    /** The journal name of this worker. */
    public String worker(int port) {
        return workerId.orElseGet(() -> hostName() + ":" + port);
    }

    /**
     * The address to bind: without authentication loopback unless the operator insists.
     *
     * @param configured {@code bind_host} as given, or empty when not given
     * @throws ConfigException when an unauthenticated service would be reachable from elsewhere
     */
    String bindHost(Optional<String> configured, String otherwise, boolean authenticated) {
        if (authenticated) {
            return configured.orElse(otherwise);
        }
        String host = configured.orElse("127.0.0.1");
        if (!unauthenticatedRemote && !isLoopback(host)) {
            throw new ConfigException("bind_host in [DEFAULT]: '" + host
                    + "' is reachable from other machines, and the pipeline of [paste_deploy] flavor asks nobody who they "
                    + "are. Set flavor = keystone, or bind_host = 127.0.0.1, or, if a network you trust is all that "
                    + "reaches it, allow_unauthenticated_remote_access = true");
        }
        return host;
    }

    /** The listener as it is to be: {@code http} with the address the pipeline allows. */
    HttpServerConfig bound(HttpServerConfig http, Configuration configuration, Pipeline pipeline) {
        HttpServerConfig.Listener listener = http.listener();
        Optional<String> given = configuration.section("DEFAULT").isSet(HttpServerConfig.BIND_HOST)
                ? Optional.of(listener.host())
                : Optional.empty();
        String host = bindHost(given, listener.host(), IdentityParts.isAuthenticated(pipeline));
        return http.withHost(host);
    }

    private static boolean isLoopback(String host) {
        try {
            for (InetAddress address : InetAddress.getAllByName(host)) {
                if (!address.isLoopbackAddress()) {
                    return false;
                }
            }
            return true;
        } catch (UnknownHostException unknown) {
            return false;
        }
    }

    /** This machine's name. */
    public static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException nameless) {
            return "localhost";
        }
    }
}
