package glance.registry.sql;

import glance.fault.FailPoints;
import glance.testkit.registry.RegistryContract;
import glance.testkit.registry.SettableClock;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

class SqlRegistryTest implements RegistryContract {
    private final SettableClock clock = new SettableClock(Instant.parse("2026-01-02T03:04:05.678901Z"));
    private final SqlRegistry registry;

    SqlRegistryTest(@TempDir Path directory) {
        registry = SqlRegistry.open(DatabaseConfig.sqlite(directory.resolve("glance.sqlite")), clock, FailPoints.INERT);
    }

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
