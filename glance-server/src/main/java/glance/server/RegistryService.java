package glance.server;

import glance.api.registry.RegistryApi;
import glance.api.registry.RegistryConfig;
import glance.auth.IdentityProvider;
import glance.config.ConfigException;
import glance.config.Configuration;
import glance.fault.FailPoints;
import glance.http.DrainReport;
import glance.http.HttpServer;
import glance.http.HttpServerConfig;
import glance.policy.RulePolicy;
import glance.policy.http.HttpRemoteCheck;
import glance.registry.sql.DatabaseConfig;
import glance.registry.sql.SqlRegistry;
import glance.server.metrics.Metrics;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running {@code glance-registry}: the database behind {@code POST /rpc}, with the API's engine and filters around it. */
public final class RegistryService implements Daemon.Running {
    private static final Logger LOG = LoggerFactory.getLogger(RegistryService.class);
    /** Of all releases. */
    static final int USUAL_PORT = 9191;

    private static final Duration START_PATIENCE = Duration.ofSeconds(30);

    private final Deque<AutoCloseable> parts;
    private final HttpServer server;

    private RegistryService(Configuration configuration, Deque<AutoCloseable> parts) throws IOException {
        this.parts = parts;
        ServerConfig config = ServerConfig.from(configuration);
        requireOwnDatabase(configuration);
        Pipeline pipeline = Pipeline.find(configuration, Pipeline.REGISTRY);
        pipeline.findings().forEach(finding -> LOG.warn("pipeline finding text={}", finding));
        DatabaseConfig database = RegistryClientConfig.database(configuration);
        Metrics metrics = new Metrics();

        Gate gate = new Gate(START_PATIENCE);
        server = own(HttpServer.start(
                listener(configuration, config, pipeline),
                gate,
                new AccessLog(metrics, gate::routeName, config.proxyHeaders())));
        if (!IdentityParts.isAuthenticated(pipeline)
                && !server.address().getAddress().isLoopbackAddress()) {
            LOG.warn("everybody who reaches this registry is its administrator address={}", server.address());
        }
        SqlRegistry registry = own(SqlRegistry.open(database, InstantSource.system(), FailPoints.INERT));
        Gauges.ofServer(metrics, server);
        Gauges.ofDatabase(metrics, registry);
        RulePolicy policy = RulePolicy.open(configuration, own(HttpRemoteCheck.open(configuration)));
        IdentityProvider identities = IdentityParts.ofRegistry(configuration, pipeline, config, policy);
        if (identities instanceof AutoCloseable closeable) {
            own(closeable);
        }
        RegistryApi api = new RegistryApi(
                registry,
                registry.tasks(),
                registry.metadefs(),
                RegistryConfig.from(configuration.section("DEFAULT")),
                InstantSource.system(),
                IdentityParts.serviceRoles(configuration, pipeline));
        Filters filters = new Filters(
                configuration,
                pipeline,
                config,
                identities,
                metrics,
                () -> UUID.randomUUID().toString());
        gate.open(filters.around(api::handle, server.address().getPort(), registry), api::routeName);
    }

    /**
     * Starts serving.
     *
     * @throws ConfigException when the configuration cannot be used
     * @throws IOException when an address cannot be bound
     */
    static RegistryService start(Configuration configuration) throws IOException {
        Deque<AutoCloseable> parts = new ArrayDeque<>();
        try {
            return new RegistryService(configuration, parts);
        } catch (IOException | RuntimeException failure) {
            ApiService.closeAll(parts);
            throw failure;
        }
    }

    /**
     * Reads everything the service would read.
     *
     * @return nothing: what is missing keeps it from starting
     * @throws ConfigException when the configuration cannot be used
     * @throws IOException when a file it names cannot be used
     */
    static List<String> check(Configuration configuration) throws IOException {
        ServerConfig config = ServerConfig.from(configuration);
        requireOwnDatabase(configuration);
        Pipeline pipeline = Pipeline.find(configuration, Pipeline.REGISTRY);
        HttpServerConfig http = listener(configuration, config, pipeline);
        HttpServer.check(http);
        RegistryClientConfig.database(configuration).requireUsable();
        var _ = RegistryConfig.from(configuration.section("DEFAULT"));
        return List.of();
    }

    /** A registry behind a registry would ask itself. */
    private static void requireOwnDatabase(Configuration configuration) {
        if (RegistryClientConfig.from(configuration).remote()) {
            throw new ConfigException("option data_api in [DEFAULT]: glance-registry reads the database itself; "
                    + "glance.db.registry.api is for glance-api");
        }
    }

    private static HttpServerConfig listener(Configuration configuration, ServerConfig config, Pipeline pipeline) {
        HttpServerConfig usual = HttpServerConfig.withUsualPort(configuration.section("DEFAULT"), USUAL_PORT);
        return config.bound(usual, configuration, pipeline);
    }

    private <T extends AutoCloseable> T own(T part) {
        parts.push(part);
        return part;
    }

    @Override
    public InetSocketAddress address() {
        return server.address();
    }

    @Override
    public void reload(Configuration configuration) {
        Daemon.reloadCertificate(server, configuration);
    }

    @Override
    public void close() {
        DrainReport report = server.drain();
        LOG.info("service drained cut={}", report.cut().size());
        ApiService.closeAll(parts);
    }
}
