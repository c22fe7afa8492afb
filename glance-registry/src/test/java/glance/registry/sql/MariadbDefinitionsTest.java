package glance.registry.sql;

import glance.fault.FailPoints;
import glance.testkit.database.DatabaseServer;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterEach;

class MariadbDefinitionsTest implements DefinitionRules {
    private final SqlRegistry registry = SqlRegistry.open(
            ServerDatabases.fresh(DatabaseServer.Kind.MARIADB), InstantSource.system(), FailPoints.INERT);

    @AfterEach
    void close() {
        registry.close();
    }

    @Override
    public SqlRegistry registry() {
        return registry;
    }
}
