package glance.registry.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import glance.testkit.database.DatabaseServer;
import glance.testkit.registry.SettableClock;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Removal of rows deleted long ago, on each engine. */
class PurgeTest {
    private static final Instant NOW = Instant.parse("2026-01-31T00:00:00Z");
    private static final String OLD = "2025-01-01 00:00:00";

    @TempDir
    static Path directory;

    static Stream<DatabaseConfig> databases() {
        return Stream.of(
                DatabaseConfig.sqlite(directory.resolve("purge-" + System.nanoTime() + ".sqlite")),
                ServerDatabases.fresh(DatabaseServer.Kind.MARIADB),
                ServerDatabases.fresh(DatabaseServer.Kind.POSTGRESQL));
    }

    @ParameterizedTest
    @MethodSource("databases")
    void onlyDeletedRowsOlderThanTheAgeGoAndNoMoreThanAsked(DatabaseConfig config) throws SQLException {
        try (Maintenance database = Maintenance.open(config)) {
            database.migration().expand();
            database.migration().contract();
            execute(
                    database,
                    image("old", "'1'", "'" + OLD + "'"),
                    image("live", "'0'", "NULL"),
                    property("old", "a", "'1'", "'" + OLD + "'"),
                    property("old", "b", "'1'", "'" + OLD + "'"),
                    property("old", "c", "'1'", "'" + OLD + "'"),
                    property("live", "revived", "'0'", "'" + OLD + "'"),
                    property("live", "recent", "'1'", "'2026-01-30 00:00:00'"),
                    "INSERT INTO tasks (id, type, status, owner, created_at, deleted_at, deleted)"
                            + " VALUES ('t', 'import', 'success', 'p', '" + OLD + "', '" + OLD + "', '1')",
                    "INSERT INTO task_info (task_id) VALUES ('t')");
            Purge purge = database.purge(new SettableClock(NOW));
            Duration age = Duration.ofDays(30);

            assertThat(purge.purge(age, 2)).isEqualTo(counts(2));
            assertThatThrownBy(() -> purge.purgeImages(age, -1)).isInstanceOf(SQLException.class);
            assertThat(purge.purge(age, -1).get("image_properties")).isEqualTo(1);
            assertThat(purge.purgeImages(age, -1)).containsExactly(Map.entry("images", 1L));
            assertThat(purge.purge(age, -1).values()).containsOnly(0L);
            assertThat(purge.purge(Duration.ZERO, -1).get("image_properties")).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @MethodSource("databases")
    void whatTheScrubberHasYetToRemoveOrMayStillBeRestoredIsKept(DatabaseConfig config) throws SQLException {
        try (Maintenance database = Maintenance.open(config)) {
            database.migration().expand();
            database.migration().contract();
            execute(
                    database,
                    image("waits", "'1'", "'" + OLD + "'"),
                    "UPDATE images SET status = 'pending_delete'",
                    image("gone", "'1'", "'" + OLD + "'"),
                    "UPDATE images SET status = 'deleted' WHERE id = 'gone'",
                    image("live", "'0'", "NULL"),
                    property("waits", "a", "'1'", "'" + OLD + "'"),
                    location("waits", "pending_delete"),
                    location("live", "pending_delete"),
                    location("live", "deleted"),
                    location("gone", "pending_delete"));
            Purge purge = database.purge(new SettableClock(NOW));
            Map<String, Long> purged = purge.purge(Duration.ofDays(30), -1);
            assertThat(purged.get("image_properties")).isZero();
            assertThat(purged.get("image_locations")).isEqualTo(2);
            assertThat(purge.purgeImages(Duration.ofDays(30), -1)).containsExactly(Map.entry("images", 1L));
        }
    }

    private static String location(String image, String status) {
        return "INSERT INTO image_locations (image_id, value, status, created_at, deleted_at, deleted) VALUES ('"
                + image + "', 'file:///x', '" + status + "', '" + OLD + "', '" + OLD + "', '1')";
    }

    private static Map<String, Long> counts(long properties) {
        return Map.of(
                "image_properties", properties,
                "image_tags", 0L,
                "image_locations", 0L,
                "image_members", 0L,
                "tasks", 1L);
    }

    private static String image(String id, String deleted, String deletedAt) {
        return "INSERT INTO images (id, status, min_disk, min_ram, created_at, deleted_at, deleted) VALUES ('" + id
                + "', 'queued', 0, 0, '" + OLD + "', " + deletedAt + ", " + deleted + ")";
    }

    private static String property(String image, String name, String deleted, String deletedAt) {
        return "INSERT INTO image_properties (image_id, name, created_at, deleted_at, deleted) VALUES ('" + image
                + "', '" + name + "', '" + OLD + "', " + deletedAt + ", " + deleted + ")";
    }

    private static void execute(Maintenance database, String... statements) throws SQLException {
        Connection connection = database.connection();
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }
}
