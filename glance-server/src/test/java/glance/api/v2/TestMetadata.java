package glance.api.v2;

import glance.api.registry.RegistryApi;
import glance.api.registry.RegistryConfig;
import glance.auth.Credentials;
import glance.auth.NoAuthentication;
import glance.fault.FailPoints;
import glance.http.Headers;
import glance.http.Request;
import glance.http.Response;
import glance.image.Registry;
import glance.metadef.DefinitionRepository;
import glance.metadef.MetadefRepository;
import glance.metadef.NamespaceRepository;
import glance.metadef.ResourceTypeRepository;
import glance.registry.remote.RegistryLine;
import glance.registry.remote.RemoteRegistry;
import glance.registry.sql.DatabaseConfig;
import glance.registry.sql.DatabaseUrl;
import glance.registry.sql.PoolConfig;
import glance.registry.sql.SqlRegistry;
import glance.store.Payload;
import glance.testkit.database.DatabaseServer;
import glance.testkit.registry.MemoryRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where the API's metadata is in these tests: in memory, or, with {@code -Dglance.tests.metadata=registry-sqlite}, behind the
 * routes of {@code glance-registry} in a database of each test's own; {@code registry-mariadb} and {@code registry-postgresql}
 * are one database on a server, emptied before each test.
 */
final class TestMetadata {
    private static final String PLACE = "glance.tests.metadata";

    private TestMetadata() {}

    /** Whether times have fractions of a second: not in MariaDB's columns. */
    static boolean keepsFractions() {
        return !"registry-mariadb".equals(System.getProperty(PLACE));
    }

    /** A time's text as the metadata keeps it. */
    static String kept(String time) {
        return keepsFractions() ? time : time.substring(0, time.indexOf('.'));
    }

    static Registry open(InstantSource clock) {
        String place = System.getProperty(PLACE, "memory");
        return switch (place) {
            case "memory" -> new MemoryRegistry(clock);
            case "registry-sqlite" -> behindRoutes(ownDatabase(clock), clock);
            case "registry-mariadb" -> behindRoutes(Mariadb.SERVER.emptied(clock), clock);
            case "registry-postgresql" -> behindRoutes(Postgresql.SERVER.emptied(clock), clock);
            default -> throw new IllegalArgumentException(PLACE + " is '" + place + "', no place for metadata");
        };
    }

    /** Metadata definitions beside a registry of {@link #open}; where that is in memory, in a database that is made when needed. */
    static Definitions definitions(Registry registry, InstantSource clock) {
        return new Definitions(registry, clock);
    }

    /** Closed by whoever asked for it. */
    static final class Definitions implements MetadefRepository, AutoCloseable {
        private final Registry registry;
        private final InstantSource clock;
        private @Nullable SqlRegistry own;

        private Definitions(Registry registry, InstantSource clock) {
            this.registry = registry;
            this.clock = clock;
        }

        private synchronized MetadefRepository place() {
            if (registry instanceof RemoteRegistry remote) {
                return remote.metadefs();
            }
            SqlRegistry database = own;
            if (database == null) {
                database = ownDatabase(clock);
                own = database;
            }
            return database.metadefs();
        }

        @Override
        public NamespaceRepository namespaces() {
            return place().namespaces();
        }

        @Override
        public DefinitionRepository definitions() {
            return place().definitions();
        }

        @Override
        public ResourceTypeRepository resourceTypes() {
            return place().resourceTypes();
        }

        @Override
        public synchronized void close() {
            if (own != null) {
                own.close();
            }
        }
    }

    private static Registry behindRoutes(SqlRegistry database, InstantSource clock) {
        return new RemoteRegistry(new Line(database, clock));
    }

    private static SqlRegistry ownDatabase(InstantSource clock) {
        try {
            Path file = Files.write(directory().resolve("glance.sqlite"), EmptyDatabase.FILE);
            return SqlRegistry.open(DatabaseConfig.sqlite(file), clock, FailPoints.INERT);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path directory() throws IOException {
        return Files.createTempDirectory(Files.createDirectories(Path.of("target", "metadata")), "api");
    }

    private static final class Mariadb {
        static final Server SERVER = new Server(DatabaseServer.Kind.MARIADB, "jdbc:mariadb:", "?sslMode=disable");
    }

    private static final class Postgresql {
        static final Server SERVER = new Server(DatabaseServer.Kind.POSTGRESQL, "jdbc:postgresql:", "");
    }

    /** A database on a server. */
    private static final class Server {
        private static final List<String> TABLES = List.of(
                "task_info",
                "tasks",
                "image_members",
                "image_tags",
                "image_properties",
                "image_locations",
                "images",
                "glancejvm_data_intents",
                "metadef_properties",
                "metadef_objects",
                "metadef_tags",
                "metadef_namespace_resource_types",
                "metadef_namespaces",
                "metadef_resource_types");

        private final DatabaseConfig config;
        private final String jdbcUrl;
        private final DatabaseServer server;

        Server(DatabaseServer.Kind kind, String protocol, String parameters) {
            server = DatabaseServer.shared(kind);
            String url = server.freshUrl();
            config = DatabaseConfig.of(DatabaseUrl.parse(url))
                    .with(new PoolConfig(2, 20, Duration.ofSeconds(10), Duration.ofHours(1)));
            jdbcUrl = protocol + "//127.0.0.1:" + server.port() + url.substring(url.lastIndexOf('/')) + parameters;
        }

        SqlRegistry emptied(InstantSource clock) {
            SqlRegistry registry = SqlRegistry.open(config, clock, FailPoints.INERT);
            try (Connection connection =
                            DriverManager.getConnection(jdbcUrl, server.fact("USER"), server.fact("PASSWORD"));
                    Statement statement = connection.createStatement()) {
                for (String table : TABLES) {
                    statement.execute("DELETE FROM " + table);
                }
                return registry;
            } catch (SQLException e) {
                registry.close();
                throw new IllegalStateException("database not emptied", e);
            }
        }
    }

    /** The registry's routes, called without a socket. */
    private static final class Line implements RegistryLine {
        private static final InetSocketAddress CLIENT = InetSocketAddress.createUnresolved("api", 1);
        private static final Credentials NONE = new Credentials(null, null, "POST", "/rpc", _ -> null);

        private final SqlRegistry database;
        private final RegistryApi api;

        Line(SqlRegistry database, InstantSource clock) {
            this.database = database;
            api = new RegistryApi(
                    database,
                    database.tasks(),
                    database.metadefs(),
                    new RegistryConfig(true, true, 1000, 25),
                    clock,
                    Set.of("service"));
        }

        @Override
        public byte[] post(byte[] batch) {
            Request request = new Request(
                    "POST", "http", "/rpc", "", Headers.of("Host", "registry"), new Body(batch), true, CLIENT);
            try {
                Response answer = api.handle(request, new NoAuthentication().authenticate(NONE), "req-test");
                if (answer instanceof Response.Bytes bytes && bytes.status() == 200) {
                    return bytes.content();
                }
                throw new AssertionError("the registry answered " + answer.status());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() {
            database.close();
        }
    }

    /** Made once: the schema takes longer than most tests. */
    private static final class EmptyDatabase {
        static final byte[] FILE = make();

        private static byte[] make() {
            try {
                Path file = directory().resolve("glance.sqlite");
                SqlRegistry.open(DatabaseConfig.sqlite(file), InstantSource.system(), FailPoints.INERT)
                        .close();
                byte[] content = Files.readAllBytes(file);
                return content;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @SuppressWarnings("ArrayRecordComponent") // lives for one call and is never compared
    private record Body(byte[] content) implements Payload {
        @Override
        public OptionalLong length() {
            return OptionalLong.of(content.length);
        }

        @Override
        public long transferTo(WritableByteChannel sink) throws IOException {
            return sink.write(ByteBuffer.wrap(content));
        }

        @Override
        public void close() {
            // Nothing is held.
        }
    }
}
