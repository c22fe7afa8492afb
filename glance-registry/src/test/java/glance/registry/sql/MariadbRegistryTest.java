package glance.registry.sql;

import glance.fault.FailPoints;
import glance.testkit.database.DatabaseServer;
import glance.testkit.registry.RegistryContract;
import glance.testkit.registry.SettableClock;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;

class MariadbRegistryTest implements MysqlRules, RegistryContract {
    private final SettableClock clock = new SettableClock(Instant.parse("2026-01-02T03:04:05.678901Z"));
    private final SqlRegistry registry =
            SqlRegistry.open(ServerDatabases.fresh(DatabaseServer.Kind.MARIADB), clock, FailPoints.INERT);

    @AfterEach
    void close() {
        registry.close();
    }

    @Override
    public SqlRegistry registry() {
        return registry;
    }

    @Override
    public SettableClock clock() {
        return clock;
    }
}
