package glance.server;

import glance.api.ApiConfig;
import glance.api.UseCases;
import glance.api.v1.ApiV1;
import glance.api.v1.RemoteSources;
import glance.api.v2.ApiV2;
import glance.api.v2.ImageSchema;
import glance.api.versions.Versions;
import glance.auth.IdentityProvider;
import glance.auth.keystone.KeystoneIdentity;
import glance.auth.keystone.KeystoneLimits;
import glance.config.Configuration;
import glance.config.Section;
import glance.fault.ArmedFailPoints;
import glance.fault.FailPoints;
import glance.fetch.FetchConfig;
import glance.format.ImageFormats;
import glance.http.DrainReport;
import glance.http.HttpServer;
import glance.http.HttpServerConfig;
import glance.image.Copies;
import glance.image.CopyConfig;
import glance.image.DeleteConfig;
import glance.image.Downloads;
import glance.image.ExternalData;
import glance.image.ImageAccess;
import glance.image.Images;
import glance.image.LocationImports;
import glance.image.LocationRules;
import glance.image.Members;
import glance.image.Recovery;
import glance.image.Registry;
import glance.image.Sharing;
import glance.image.StoreReaders;
import glance.image.Uploads;
import glance.image.Worker;
import glance.image.transfer.HashAlgorithm;
import glance.image.transfer.Transfer;
import glance.metadef.MetadefRepository;
import glance.metadef.Metadefs;
import glance.policy.PropertyProtections;
import glance.policy.RulePolicy;
import glance.policy.http.HttpRemoteCheck;
import glance.quota.ProjectLimits;
import glance.quota.Quotas;
import glance.registry.remote.RemoteRegistry;
import glance.registry.sql.DatabaseUrl;
import glance.registry.sql.SqlRegistry;
import glance.server.filter.Identification;
import glance.server.metrics.Metrics;
import glance.store.Capability;
import glance.store.StoreDriver;
import glance.store.Stores;
import glance.store.StoresConfig;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running {@code glance-api}: the whole graph, built top to bottom in the order of its start. Closing goes the other way:
 * requests drain first, then stores and database close.
 */
public final class ApiService implements AutoCloseable, Daemon.Running {
    private static final Logger LOG = LoggerFactory.getLogger(ApiService.class);
    /** Where the metadata is when no option says so. */
    public static final String DEFAULT_DATABASE = "sqlite:////var/lib/glance/glance.sqlite";

    /** A worker that gave no sign of life for so long is taken for dead, and its uploads for nobody's. */
    private static final Duration LEASE = Duration.ofMinutes(10);

    /** Before a client or a balancer gives up by itself. */
    private static final Duration START_PATIENCE = Duration.ofSeconds(30);

    /** What a process that was asked to stop takes beyond its requests in progress. */
    private static final Duration SUCCESSION = Duration.ofSeconds(10);

    private final Deque<AutoCloseable> parts;
    private final HttpServer server;
    private final Gate gate;
    private final Copies copies;
    private final Stores stores;
    private final Duration drain;

    private ApiService(Configuration configuration, Deque<AutoCloseable> parts) throws IOException {
        this.parts = parts;
        ServerConfig config = ServerConfig.from(configuration);
        Pipeline pipeline = Pipeline.find(configuration, "glance-api");
        pipeline.findings().forEach(finding -> LOG.warn("pipeline finding text={}", finding));
        HttpServerConfig http =
                config.bound(HttpServerConfig.from(configuration.section("DEFAULT")), configuration, pipeline);
        drain = http.limits().drain();
        InstantSource clock = InstantSource.system();
        Supplier<String> newIds = () -> UUID.randomUUID().toString();
        FailPoints failPoints = ArmedFailPoints.fromEnvironment();
        Metrics metrics = new Metrics();

        // Opening the database takes about as long as starting the engine, and neither needs the other.
        CompletableFuture<Metadata> opening = CompletableFuture.supplyAsync(
                () -> metadata(configuration, pipeline, clock, failPoints),
                work -> Thread.ofPlatform().name("open-database").start(work));
        // The port is taken before anything is mended: it is what keeps a second process of this name away.
        gate = new Gate(START_PATIENCE);
        server = own(HttpServer.start(http, gate, new AccessLog(metrics, gate::routeName, config.proxyHeaders())));
        Gauges.ofServer(metrics, server);
        String name = config.worker(server.address().getPort());

        Metadata metadata = opened(opening);
        Registry registry = own(metadata.registry());
        Optional<Path> embedded = embedded(configuration);
        if (embedded.isPresent()) {
            own(SoleUse.of(embedded.get(), drain.plus(SUCCESSION)));
        }
        Gauges.ofDatabase(metrics, registry);
        StoresConfig storesConfig = new StoresConfig(
                StoreDrivers.all(configuration, name, clock, failPoints), StoreDrivers.fronts(configuration, metrics));
        stores = own(storesConfig.open(configuration));
        Transfer transfer = own(new Transfer(HashAlgorithm.from(configuration.section("DEFAULT"))));

        RulePolicy policy = RulePolicy.open(configuration, own(HttpRemoteCheck.open(configuration)));
        IdentityProvider identities =
                IdentityParts.provider(configuration, pipeline, config, policy, stores.serviceTypes());
        if (identities instanceof AutoCloseable closeable) {
            own(closeable);
        }
        Quotas quotas = Quotas.from(configuration.section("DEFAULT"));
        ProjectLimits limits = own(KeystoneLimits.open(configuration));
        PropertyProtections protections = PropertyProtections.open(configuration, policy);
        Worker worker = new Worker(name, failPoints);
        ImageAccess access = new ImageAccess(registry.images(), policy);
        LocationRules locationRules = LocationRules.from(configuration.section("DEFAULT"));
        Images.Rules rules = new Images.Rules(
                policy,
                quotas,
                limits,
                protections,
                locationRules,
                DeleteConfig.from(configuration.section("DEFAULT")));
        Images images = new Images(registry, stores, rules, new Images.Environment(clock, newIds, worker));
        StoreReaders readers = new StoreReaders(registry, stores);
        Members members = new Members(registry, access, rules, readers);
        Sharing sharing = new Sharing(registry, access, rules, readers);
        Uploads uploads = new Uploads(
                registry,
                access,
                stores,
                transfer,
                new Uploads.Rules(quotas, ImageFormats.from(configuration.section("image_format")), limits),
                worker);
        Downloads downloads = new Downloads(registry, access, stores);

        copies = own(new Copies(
                uploads, registry, stores, CopyConfig.from(configuration.section("fetch")), metrics::copyEnded));
        metrics.watch("glance_copies_running", "Copies of image data that run now.", copies::running);
        metrics.watch("glance_copies_waiting", "Copies of image data that wait for one to end.", copies::waiting);

        LocationImports locations = own(new LocationImports(registry, access, stores, locationRules, worker, newIds));
        metrics.watch(
                "glance_locations_running", "Locations that clients named and that are read now.", locations::running);
        metrics.watch("glance_locations_waiting", "Locations that wait for one to be read.", locations::waiting);
        own(RecoverySchedule.start(new Recovery(registry, stores, worker, LEASE, locations), isAlone(configuration)));

        ApiConfig apiConfig = ApiConfig.from(configuration);
        ImageSchema schema = configuration
                .findFile("schema-image.json")
                .map(file -> ImageSchema.load(apiConfig, file))
                .orElseGet(() -> ImageSchema.of(apiConfig));
        UseCases useCases = new UseCases(
                images,
                uploads,
                downloads,
                members,
                sharing,
                locations,
                Metadefs.of(metadata.metadefs(), policy),
                stores,
                policy);
        ApiV2 api = new ApiV2(useCases, apiConfig, schema);
        RemoteSources sources = new RemoteSources(new ExternalData(registry, access, stores), copies, policy);
        ApiV1 apiV1 = new ApiV1(useCases, apiConfig, sources);
        Identification.Identified apis = (request, caller, requestId) ->
                ApiV1.owns(request) ? apiV1.handle(request, caller, requestId) : api.handle(request, caller, requestId);
        Versions versions = Versions.from(configuration.section("DEFAULT"));
        Filters filters = new Filters(configuration, pipeline, config, identities, metrics, newIds);
        if (config.metrics().port().isPresent()) {
            own(MetricsListener.start(http, config.metrics(), metrics));
        }
        gate.open(
                filters.around(apis, versions, server.address().getPort(), registry, stores),
                request -> ApiV1.owns(request) ? apiV1.routeName(request) : api.routeName(request));
    }

    /**
     * Starts serving.
     *
     * @throws glance.config.ConfigException when the configuration cannot be used
     * @throws IOException when an address cannot be bound
     */
    public static ApiService start(Configuration configuration) throws IOException {
        Deque<AutoCloseable> parts = new ArrayDeque<>();
        try {
            return new ApiService(configuration, parts);
        } catch (IOException | RuntimeException failure) {
            closeAll(parts);
            throw failure;
        }
    }

    /**
     * Reads everything the service would read, and builds what needs neither the port nor the database.
     *
     * @return what will be missing though the service starts, a line each
     * @throws glance.config.ConfigException when the configuration cannot be used
     * @throws IOException when a file it names cannot be used
     */
    static List<String> check(Configuration configuration) throws IOException {
        ServerConfig config = ServerConfig.from(configuration);
        Section defaults = configuration.section("DEFAULT");
        Pipeline pipeline = Pipeline.find(configuration, "glance-api");
        HttpServerConfig http = config.bound(HttpServerConfig.from(defaults), configuration, pipeline);
        HttpServer.check(http);
        if (RegistryClientConfig.from(configuration).remote()) {
            RegistryIdentity.open(configuration, pipeline).close();
        } else {
            RegistryClientConfig.database(configuration).requireUsable();
        }
        var _ = DeleteConfig.from(defaults);
        var _ = LocationRules.from(defaults);
        var _ = Quotas.from(defaults);
        var _ = ImageFormats.from(configuration.section("image_format"));
        var _ = FetchConfig.from(configuration.section("fetch"));
        var _ = CopyConfig.from(configuration.section("fetch"));
        ApiConfig apiConfig = ApiConfig.from(configuration);
        configuration.findFile("schema-image.json").ifPresent(file -> ImageSchema.load(apiConfig, file));
        try (HttpRemoteCheck remote = HttpRemoteCheck.open(configuration);
                ProjectLimits limits = KeystoneLimits.open(configuration)) {
            RulePolicy policy = RulePolicy.open(configuration, remote);
            var _ = PropertyProtections.open(configuration, policy);
            List<String> readOnly = readOnlyStores(configuration);
            if (IdentityParts.provider(configuration, pipeline, config, policy, Set.of())
                    instanceof KeystoneIdentity keystone) {
                keystone.close();
            }
            LOG.debug("policy checked limits={}", limits.areInForce());
            return readOnly;
        }
    }

    /** Stores come without the ability to write where their configuration allows no more. */
    private static List<String> readOnlyStores(Configuration configuration) {
        List<StoreDriver> drivers = StoreDrivers.all(configuration, "check", InstantSource.system(), FailPoints.INERT);
        try (Stores stores = new StoresConfig(drivers, StoresConfig.Front.NONE).open(configuration)) {
            return stores.all().stream()
                    .filter(one -> !one.type().equals("http"))
                    .filter(one -> !one.store().capabilities().contains(Capability.WRITE))
                    .map(one -> "store '" + one.store().id() + "' of type " + one.type()
                            + " cannot be written to; the log of a start says why")
                    .toList();
        }
    }

    /**
     * Where metadata is kept.
     *
     * @param metadefs closed with the registry
     */
    private record Metadata(Registry registry, MetadefRepository metadefs) {}

    /** The database, or the way to who has it: then nothing is asked before the first call. */
    private static Metadata metadata(
            Configuration configuration, Pipeline pipeline, InstantSource clock, FailPoints failPoints) {
        RegistryClientConfig client = RegistryClientConfig.from(configuration);
        if (!client.remote()) {
            SqlRegistry database = SqlRegistry.open(RegistryClientConfig.database(configuration), clock, failPoints);
            return new Metadata(database, database.metadefs());
        }
        LOG.info("metadata through the registry address={}", client.address());
        RegistryConnections line = new RegistryConnections(client, RegistryIdentity.open(configuration, pipeline));
        try {
            line.requireOwnKind(RemoteRegistry.healthQuestion());
            RemoteRegistry registry = new RemoteRegistry(line);
            return new Metadata(registry, registry.metadefs());
        } catch (RuntimeException refused) {
            line.close();
            throw refused;
        }
    }

    /** Whether the metadata is this process's alone: a file of its own, not a server that other API nodes use too. */
    private static boolean isAlone(Configuration configuration) {
        return !RegistryClientConfig.from(configuration).remote()
                && RegistryClientConfig.database(configuration).connection().engine() == DatabaseUrl.Engine.SQLITE;
    }

    /** The file of a database that is this process's alone. */
    private static Optional<Path> embedded(Configuration configuration) {
        if (!isAlone(configuration)) {
            return Optional.empty();
        }
        DatabaseUrl url = RegistryClientConfig.database(configuration).connection();
        return url.isInMemory() ? Optional.empty() : Optional.of(Path.of(url.database()));
    }

    private static Metadata opened(CompletableFuture<Metadata> opening) {
        try {
            return opening.join();
        } catch (CompletionException failure) {
            throw failure.getCause() instanceof RuntimeException cause ? cause : failure;
        }
    }

    private <T extends AutoCloseable> T own(T part) {
        parts.push(part);
        return part;
    }

    /** Where it really listens. */
    @Override
    public InetSocketAddress address() {
        return server.address();
    }

    @Override
    public void reload(Configuration configuration) {
        StoresConfig.reconfigure(stores, configuration);
        Daemon.reloadCertificate(server, configuration);
    }

    @Override
    public void close() {
        long began = System.nanoTime();
        DrainReport report = server.drain();
        LOG.info("service drained cut={}", report.cut().size());
        Duration left = drain.minusNanos(System.nanoTime() - began);
        copies.drain(left.isNegative() ? Duration.ZERO : left);
        closeAll(parts);
    }

    static void closeAll(Deque<AutoCloseable> parts) {
        while (!parts.isEmpty()) {
            AutoCloseable part = parts.pop();
            try {
                part.close();
            } catch (Exception failure) {
                LOG.warn("part not closed part={}", part.getClass().getSimpleName(), failure);
            }
        }
    }
}
