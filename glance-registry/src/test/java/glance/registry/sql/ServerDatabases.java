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

    /** Few connections, since many tests have pools of their own. */
    static PoolConfig pool(Duration patience) {
        return new PoolConfig(2, 20, patience, Duration.ofHours(1));
    }

    static DatabaseConfig config(String url) {
        return DatabaseConfig.of(DatabaseUrl.parse(url)).with(pool(Duration.ofSeconds(10)));
    }
}
