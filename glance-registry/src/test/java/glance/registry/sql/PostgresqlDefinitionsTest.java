package glance.registry.sql;

import glance.fault.FailPoints;
import glance.testkit.database.DatabaseServer;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterEach;

class PostgresqlDefinitionsTest implements DefinitionRules {
    private final SqlRegistry registry = SqlRegistry.open(
            ServerDatabases.fresh(DatabaseServer.Kind.POSTGRESQL), InstantSource.system(), FailPoints.INERT);

    @AfterEach
    void close() {
        registry.close();
    }

    @Override
    public SqlRegistry registry() {
        return registry;
    }
}
