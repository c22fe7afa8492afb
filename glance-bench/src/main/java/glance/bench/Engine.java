package glance.bench;

import glance.fault.FailPoints;
import glance.registry.sql.DatabaseConfig;
import glance.registry.sql.DatabaseUrl;
import glance.registry.sql.PoolConfig;
import glance.registry.sql.SqlRegistry;
import glance.testkit.database.DatabaseServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A database engine with one empty database, as the registry and as bare JDBC see it. */
final class Engine implements AutoCloseable {
    private static final int CONNECTIONS = 16;

    /** MiB of memory for a server's pages: most of a million images fit. */
    private static final int MEMORY = 4096;

    private final String name;
    private final @Nullable DatabaseServer server;
    private final DatabaseUrl url;

    private Engine(String name, @Nullable DatabaseServer server, DatabaseUrl url) {
        this.name = name;
        this.server = server;
        this.url = url;
    }

    /** Starts one; its commits wait for the disk, its data lies in the directory. */
    interface Start {
        Engine in(Path directory) throws IOException;
    }

    static final Start MARIADB = directory -> onServer("MariaDB", DatabaseServer.Kind.MARIADB, directory);
    static final Start POSTGRESQL = directory -> onServer("PostgreSQL", DatabaseServer.Kind.POSTGRESQL, directory);
    static final Start SQLITE = directory -> new Engine(
            "SQLite", null, DatabaseUrl.sqlite(directory.resolve("bench.sqlite").toString()));

    static List<Start> all() {
        return List.of(MARIADB, POSTGRESQL, SQLITE);
    }

    private static Engine onServer(String name, DatabaseServer.Kind kind, Path directory) throws IOException {
        Path known = directory.resolve(name + ".url");
        DatabaseServer server = DatabaseServer.durable(kind, directory, MEMORY);
        if (!Files.exists(known)) {
            Files.writeString(known, server.freshUrl());
        }
        return new Engine(name, server, DatabaseUrl.parse(Files.readString(known)));
    }

    String name() {
        return name;
    }

    boolean isServer() {
        return server != null;
    }

    /** Opens the registry, which makes schema and indexes where they are missing. */
    SqlRegistry registry() {
        return SqlRegistry.open(
                DatabaseConfig.of(url)
                        .with(new PoolConfig(CONNECTIONS, CONNECTIONS, Duration.ofSeconds(30), Duration.ZERO)),
                InstantSource.system(),
                FailPoints.INERT);
    }

    /** A connection that writes batches fast. */
    Connection connect() throws SQLException {
        if (server == null) {
            return DriverManager.getConnection("jdbc:sqlite:" + url.database());
        }
        String address = "://127.0.0.1:" + url.port() + "/" + url.database() + "?user=" + server.fact("USER")
                + "&password=" + server.fact("PASSWORD");
        return DriverManager.getConnection(
                server.kind() == DatabaseServer.Kind.MARIADB
                        ? "jdbc:mariadb" + address + "&useBulkStmts=true&sslMode=disable"
                        : "jdbc:postgresql" + address + "&stringtype=unspecified&reWriteBatchedInserts=true");
    }

    /** As an operator's server does by itself after a while. */
    void analyze(Connection connection) throws SQLException {
        if (isMariadb()) {
            execute(connection, "ANALYZE TABLE images, image_properties, image_tags, image_locations, image_members");
        } else {
            execute(connection, server == null ? "ANALYZE" : "VACUUM ANALYZE");
        }
    }

    private boolean isMariadb() {
        return server != null && server.kind() == DatabaseServer.Kind.MARIADB;
    }

    static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Override
    public void close() {
        if (server != null) {
            server.close();
        }
    }
}
