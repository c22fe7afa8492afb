package glance.registry.sql;

import glance.testkit.database.DatabaseServer;
import java.time.Duration;

/** Settings of databases on the shared servers. */
final class ServerDatabases {
    private ServerDatabases() {}

    /** A new, empty database. */
    static DatabaseConfig fresh(DatabaseServer.Kind kind) {
        return config(DatabaseServer.shared(kind).freshUrl());
    }

    static DatabaseConfig config(String url) {
        return new DatabaseConfig(DatabaseUrl.parse(url), true, 8, Duration.ofSeconds(10), null);
    }
}
