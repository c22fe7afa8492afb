package glance.registry.sql;

import glance.fault.FailPoints;
import java.nio.file.Path;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

class SqliteDefinitionsTest implements DefinitionRules {
    private final SqlRegistry registry;

    SqliteDefinitionsTest(@TempDir Path directory) {
        registry = SqlRegistry.open(
                DatabaseConfig.sqlite(directory.resolve("glance.sqlite")), InstantSource.system(), FailPoints.INERT);
    }

    @AfterEach
    void close() {
        registry.close();
    }

    @Override
    public SqlRegistry registry() {
        return registry;
    }
}
