package glance.e2e;

import static glance.testkit.database.Engine.column;
import static glance.testkit.database.Engine.execute;
import static org.assertj.core.api.Assertions.assertThat;

import glance.testkit.database.Engine;
import glance.testkit.database.OldSchema;
import glance.testkit.process.Command;
import glance.testkit.process.PackagedServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The packaged {@code glance-manage db sync} of a database of Liberty, killed by SIGKILL in the middle of its phases, and
 * run twice at once. What one run left, the next completes: the schema is a new one's, and the rows are migrated.
 *
 * <p>The instants are no accident: a table or row the migration comes to is locked by the test, so that the process is known
 * to stand before it when it is killed.
 */
class KilledMigrationIT {
    /** Exit status of a process that SIGKILL ended. */
    private static final int KILLED = 137;

    private static final Duration LIMIT = Duration.ofMinutes(2);

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit before anything runs
    Path directory;

    /** On PostgreSQL a phase is one transaction, on MariaDB each change stays: both are to be completed. */
    @ParameterizedTest
    @EnumSource(names = {"MARIADB", "POSTGRESQL"})
    void aRunKilledInEachPhaseIsCompletedByTheNext(Engine engine) throws Exception {
        String url = liberty(engine);
        // While columns are added, rows are migrated, and tables are removed.
        for (String table : List.of("tasks", "image_locations", "artifact_tags")) {
            killBefore(engine, url, table);
        }
        assertThat(manage(engine, url, "db", "check").exit()).isNotZero();

        assertThat(manage(engine, url, "db", "sync").orFail()).isNotBlank();
        assertMigrated(engine, url);
    }

    private void killBefore(Engine engine, String url, String table) throws Exception {
        try (Connection holder = DriverManager.getConnection(url);
                Statement statement = holder.createStatement()) {
            holder.setAutoCommit(false);
            statement.executeQuery("SELECT id FROM " + table + " FOR UPDATE").close();
            Process sync = sync(engine, url);
            try (Connection observer = DriverManager.getConnection(url)) {
                Eventually.holds("db sync waits for " + table, () -> !sync.isAlive() || isWaiting(engine, observer));
            }
            kill(sync);
            holder.rollback();
        }
    }

    private static boolean isWaiting(Engine engine, Connection observer) throws IOException {
        try {
            return !column(observer, waiting(engine)).isEmpty();
        } catch (SQLException broken) {
            throw new IOException(broken);
        }
    }

    private static String waiting(Engine engine) {
        return engine == Engine.MARIADB ? """
                SELECT id FROM information_schema.processlist WHERE db = DATABASE()
                AND (state LIKE 'Waiting for table metadata lock%' OR info LIKE 'UPDATE image_locations%')""" : """
                SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'""";
    }

    /** Nobody can stand in the way of a half-done transaction there; but one can see that it has begun. */
    @Test
    void aRunKilledInTheMiddleOfATransactionOfSqliteIsCompletedByTheNext() throws Exception {
        Engine engine = Engine.SQLITE;
        String url = liberty(engine);
        for (int later = 0; later < 4; later++) {
            Process sync = sync(engine, url);
            while (sync.isAlive() && !isLocked(url)) {
                Thread.onSpinWait(); // a phase takes some milliseconds only
            }
            LockSupport.parkNanos(Duration.ofMillis(3L * later).toNanos());
            if (later == 0) {
                kill(sync);
            } else {
                sync.destroyForcibly();
                assertThat(sync.waitFor(LIMIT.toMillis(), TimeUnit.MILLISECONDS))
                        .isTrue();
            }
        }

        manage(engine, url, "db", "sync").orFail();
        assertMigrated(engine, url);
        try (Connection connection = DriverManager.getConnection(url)) {
            assertThat(column(connection, "PRAGMA integrity_check")).containsExactly("ok");
        }
    }

    private static boolean isLocked(String url) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA busy_timeout = 0");
            try {
                statement.execute("BEGIN IMMEDIATE");
                statement.execute("ROLLBACK");
                return false;
            } catch (SQLException busy) {
                return true;
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void twoRunsAtOnceBothEndWell(Engine engine) throws Exception {
        String url = liberty(engine);
        List<Process> both = List.of(sync(engine, url), sync(engine, url));
        for (Process run : both) {
            assertThat(run.waitFor(LIMIT.toMillis(), TimeUnit.MILLISECONDS)).isTrue();
            assertThat(run.exitValue())
                    .as(Files.readString(directory.resolve("sync.log")))
                    .isZero();
        }
        assertMigrated(engine, url);
    }

    /** A database of Liberty with rows every migration of data has something to do for. */
    private String liberty(Engine engine) throws Exception {
        String url = engine.freshUrl(directory);
        manage(engine, url, "db", "sync").orFail();
        manage(engine, url, "db", "indexes", "remove").orFail();
        OldSchema.liberty(engine, url);
        execute(
                url,
                OldSchema.publicImage("private", false),
                OldSchema.publicImage("public", true),
                OldSchema.publicImage("shared", false),
                OldSchema.member("shared", "someone", false),
                OldSchema.location("public", "file:///1", "{\"backend\": \"fast\"}"));
        return url;
    }

    private void assertMigrated(Engine engine, String url) throws Exception {
        String fresh = engine.freshUrl(directory);
        manage(engine, fresh, "db", "sync").orFail();
        try (Connection migrated = DriverManager.getConnection(url);
                Connection created = DriverManager.getConnection(fresh)) {
            assertThat(engine.described(migrated)).isNotEmpty().isEqualTo(engine.described(created));
            assertThat(column(migrated, "SELECT version_num FROM alembic_version"))
                    .isEqualTo(column(created, "SELECT version_num FROM alembic_version"));
            assertThat(column(migrated, "SELECT visibility FROM images ORDER BY id"))
                    .containsExactly("private", "public", "shared");
            assertThat(column(migrated, "SELECT meta_data FROM image_locations"))
                    .containsExactly("{\"store\":\"fast\"}");
        }
        assertThat(manage(engine, url, "db", "check").exit()).isZero();
    }

    private void kill(Process sync) throws InterruptedException, IOException {
        sync.destroyForcibly();
        assertThat(sync.waitFor(LIMIT.toMillis(), TimeUnit.MILLISECONDS)).isTrue();
        assertThat(sync.exitValue())
                .as(Files.readString(directory.resolve("sync.log")))
                .isEqualTo(KILLED);
    }

    private Process sync(Engine engine, String url) throws IOException {
        return command(engine, url).and("db", "sync").start(directory.resolve("sync.log"));
    }

    private Command.Outcome manage(Engine engine, String url, String... words)
            throws IOException, InterruptedException {
        return command(engine, url).and(words).within(LIMIT).run();
    }

    private Command command(Engine engine, String url) throws IOException {
        Path configuration = directory.resolve("manage-" + Integer.toHexString(url.hashCode()) + ".conf");
        if (!Files.exists(configuration)) {
            Files.writeString(configuration, "[database]\nconnection = " + engine.connection(url) + "\n");
        }
        return Command.of(
                PackagedServer.distribution().resolve("bin/glance-manage").toString(),
                "--config-file",
                configuration.toString());
    }
}
