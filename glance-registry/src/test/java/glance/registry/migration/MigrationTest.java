package glance.registry.migration;

import static glance.testkit.database.Engine.column;
import static glance.testkit.database.Engine.execute;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import glance.config.ConfigException;
import glance.registry.migration.Migration.Need;
import glance.registry.migration.Migration.Outcome;
import glance.testkit.database.Engine;
import glance.testkit.database.OldSchema;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Upstream's phases, from every kind of older head, on each engine. */
class MigrationTest {
    @TempDir
    Path directory;

    /** SQLite's description is {@link SchemaTest}'s. */
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "SQLITE")
    void anEmptyDatabaseGetsExactlyUpstreamsSchema(Engine engine) throws Exception {
        String url = engine.freshUrl(directory);
        sync(url);
        try (Connection connection = DriverManager.getConnection(url)) {
            assertThat(engine.described(connection)).isEqualTo(expected(engine));
            assertThat(column(connection, "SELECT version_num FROM alembic_version"))
                    .containsExactly("2024_1_contract01");
        }
    }

    @ParameterizedTest
    @EnumSource
    void phasesOfAnEmptyDatabaseComeInOrder(Engine engine) throws Exception {
        try (Connection connection = DriverManager.getConnection(engine.freshUrl(directory))) {
            Migration migration = Migration.on(connection);
            assertThat(migration.need()).isEqualTo(Need.EXPAND);
            assertThat(migration.migrate().outcome()).isEqualTo(Outcome.EXPAND_FIRST);
            assertThat(migration.contract()).isEqualTo(Outcome.EXPAND_FIRST);
            assertThat(migration.revisions()).isEmpty();
            assertThat(migration.expand()).isEqualTo(Outcome.DONE);
            assertThat(migration.revisions()).containsExactly("2024_1_expand01");
            assertThat(migration.expand()).isEqualTo(Outcome.ALREADY_DONE);
            assertThat(migration.need()).isEqualTo(Need.CONTRACT);
            assertThat(migration.contract()).isEqualTo(Outcome.DONE);
            assertThat(migration.contract()).isEqualTo(Outcome.UP_TO_DATE);
            assertThat(migration.need()).isEqualTo(Need.NOTHING);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aDatabaseOfTrainGetsItsColumnsTablesAndLocationKeys(Engine engine) throws Exception {
        String url = engine.freshUrl(directory);
        newest(url);
        OldSchema.train(engine, url);
        execute(
                url,
                OldSchema.image("i", "queued"),
                OldSchema.location("i", "file:///1", "{\"backend\": \"fast\", \"a\": 1}"),
                OldSchema.location("i", "file:///2", "{\"backend\": \"x\", \"store\": \"y\"}"));
        try (Connection connection = DriverManager.getConnection(url)) {
            Migration migration = Migration.on(connection);
            assertThat(migration.need()).isEqualTo(Need.EXPAND);
            assertThat(migration.expand()).isEqualTo(Outcome.DONE);
            assertThat(migration.revisions()).containsExactlyInAnyOrder("train_contract01", "2024_1_expand01");
            assertThat(migration.need()).isEqualTo(Need.MIGRATE);
            assertThat(migration.contract()).isEqualTo(Outcome.MIGRATE_FIRST);
            assertThat(migration.migrate().rows()).isEqualTo(1);
            assertThat(migration.contract()).isEqualTo(Outcome.DONE);
            assertThat(migration.revisions()).containsExactly("2024_1_contract01");
            assertThat(column(connection, "SELECT meta_data FROM image_locations ORDER BY value"))
                    .containsExactly("{\"store\":\"fast\",\"a\":1}", "{\"backend\": \"x\", \"store\": \"y\"}");
        }
        assertNewest(engine, url);
    }

    @ParameterizedTest
    @EnumSource
    void aDatabaseOfLibertyIsRebuiltAndItsVisibilitiesAreFilled(Engine engine) throws Exception {
        String url = engine.freshUrl(directory);
        newest(url);
        OldSchema.liberty(engine, url);
        execute(
                url,
                OldSchema.publicImage("public", true),
                OldSchema.publicImage("shared", false),
                OldSchema.publicImage("private", false),
                OldSchema.member("shared", "someone", false),
                OldSchema.member("private", "someone", true),
                "INSERT INTO metadef_resource_types (name, protected, created_at)"
                        + " VALUES ('OS::Nova::Instance', " + (engine == Engine.POSTGRESQL ? "true" : "1")
                        + ", '2015-01-01 00:00:00')");
        sync(url);
        try (Connection connection = DriverManager.getConnection(url)) {
            assertThat(column(connection, "SELECT visibility FROM images ORDER BY id"))
                    .containsExactly("private", "public", "shared");
            assertThat(column(connection, "SELECT name FROM metadef_resource_types"))
                    .containsExactly("OS::Nova::Server");
            assertThat(column(connection, "SELECT image_id FROM image_members ORDER BY image_id"))
                    .containsExactly("private", "shared");
        }
        assertNewest(engine, url);
    }

    @ParameterizedTest
    @EnumSource
    void aCreationThatWasCutIsCompleted(Engine engine) throws Exception {
        String url = engine.freshUrl(directory);
        sync(url);
        // As a kill leaves it where DDL commits by itself: some tables, no revision.
        execute(
                url,
                "DELETE FROM alembic_version",
                "DROP TABLE image_tags",
                "DROP TABLE task_info",
                "DROP TABLE glancejvm_data_intents");
        sync(url);
        assertNewest(engine, url);
    }

    @ParameterizedTest
    @EnumSource
    void anInterruptedRollingUpgradeIsCompleted(Engine engine) throws Exception {
        String url = engine.freshUrl(directory);
        sync(url);
        OldSchema.stamp(url, "wallaby_contract01", "2024_1_expand01");
        try (Connection connection = DriverManager.getConnection(url)) {
            Migration migration = Migration.on(connection);
            assertThat(migration.need()).isEqualTo(Need.CONTRACT);
            assertThat(migration.expand()).isEqualTo(Outcome.ALREADY_DONE);
            assertThat(migration.contract()).isEqualTo(Outcome.DONE);
            assertThat(migration.revisions()).containsExactly("2024_1_contract01");
        }
    }

    @ParameterizedTest
    @EnumSource
    void runsFromSeveralMachinesAtOnceMakeOneSchema(Engine engine) throws Exception {
        String url = engine.freshUrl(directory);
        List<Callable<Boolean>> machines = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            machines.add(() -> {
                sync(url);
                return true;
            });
        }
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Boolean> run : threads.invokeAll(machines)) {
                assertThat(run.get()).isTrue();
            }
        }
        assertNewest(engine, url);
    }

    @ParameterizedTest
    @EnumSource
    void anUnknownRevisionIsRefusedAndNothingChanges(Engine engine) throws Exception {
        String url = engine.freshUrl(directory);
        sync(url);
        OldSchema.stamp(url, "2031_1_contract01");
        try (Connection connection = DriverManager.getConnection(url)) {
            Migration migration = Migration.on(connection, Duration.ofSeconds(5));
            assertThatThrownBy(migration::need)
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("2031_1");
            assertThatThrownBy(migration::expand)
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("nothing was changed");
            assertThat(migration.revisions()).containsExactly("2031_1_contract01");
        }
    }

    @ParameterizedTest
    @EnumSource
    void theSqlalchemyMigrateEraIsRefused(Engine engine) throws Exception {
        String url = engine.freshUrl(directory);
        execute(url, "CREATE TABLE migrate_version (version INTEGER)", "CREATE TABLE images (id VARCHAR(36))");
        try (Connection connection = DriverManager.getConnection(url)) {
            assertThatThrownBy(Migration.on(connection)::expand)
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("migrate_version");
        }
    }

    @ParameterizedTest
    @EnumSource
    void ourIndexesComeAndGoWithoutATrace(Engine engine) throws Exception {
        String url = engine.freshUrl(directory);
        sync(url);
        try (Connection connection = DriverManager.getConnection(url)) {
            OwnIndexes indexes = OwnIndexes.on(connection);
            assertThat(indexes.list()).isNotEmpty().allMatch(OwnIndexes.State::isPresent);
            assertThat(indexes.remove()).hasSameSizeAs(indexes.list());
            assertThat(indexes.list()).noneMatch(OwnIndexes.State::isPresent);
            assertThat(Migration.on(connection).need()).isEqualTo(Need.NOTHING);
            assertThat(indexes.add()).hasSameSizeAs(indexes.list());
            assertThat(indexes.add()).isEmpty();
        }
    }

    private static void newest(String url) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url)) {
            Migration migration = Migration.on(connection);
            migration.expand();
            migration.contract();
        }
    }

    private static void sync(String url) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url)) {
            if (url.startsWith("jdbc:sqlite")) {
                column(connection, "PRAGMA journal_mode = WAL");
                column(connection, "PRAGMA busy_timeout = 30000");
            }
            Migration migration = Migration.on(connection);
            migration.expand();
            migration.migrate();
            migration.contract();
            OwnIndexes.on(connection).add();
        }
    }

    private void assertNewest(Engine engine, String url) throws Exception {
        String fresh = engine.freshUrl(directory);
        sync(fresh);
        try (Connection migrated = DriverManager.getConnection(url);
                Connection created = DriverManager.getConnection(fresh)) {
            assertThat(engine.described(migrated)).isEqualTo(engine.described(created));
            assertThat(Migration.on(migrated).revisions()).containsExactly("2024_1_contract01");
        }
    }

    private static List<String> expected(Engine engine) throws IOException {
        try (InputStream text = Objects.requireNonNull(MigrationTest.class.getResourceAsStream(engine.expectation()))) {
            return new String(text.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(String::strip)
                    .toList();
        }
    }
}
