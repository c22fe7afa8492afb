package glance.registry.sql;

import glance.fault.FailPoints;
import glance.testkit.registry.SettableClock;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

class SqliteRetiredTest implements RetiredRules {
    private final SettableClock clock = new SettableClock(Instant.now());
    private final SqlRegistry registry;

    SqliteRetiredTest(@TempDir Path directory) {
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
