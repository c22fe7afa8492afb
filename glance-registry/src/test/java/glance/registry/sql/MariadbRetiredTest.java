package glance.registry.sql;

import glance.fault.FailPoints;
import glance.testkit.database.DatabaseServer;
import glance.testkit.registry.SettableClock;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;

class MariadbRetiredTest implements RetiredRules {
    private final SettableClock clock = new SettableClock(Instant.now());
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
