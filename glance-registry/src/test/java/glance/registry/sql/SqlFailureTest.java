package glance.registry.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariConfig;
import glance.auth.Secret;
import glance.config.ConfigException;
import glance.error.GlanceException;
import glance.error.GlanceException.Unavailable;
import glance.fault.FailPoint;
import glance.fault.FailPoints;
import glance.image.Attribute;
import glance.image.DataIntent;
import glance.image.Guard;
import glance.image.Image;
import glance.image.ImageChange;
import glance.image.ImageStatus;
import glance.image.Scope;
import glance.store.StoreId;
import glance.store.StoreLocation;
import glance.testkit.registry.Samples;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of a call when the database, its disk or its file does not play along. */
class SqlFailureTest {
    private static final PoolConfig PATIENT = new PoolConfig(5, 5, Duration.ofSeconds(2), Duration.ZERO);

    private final Path file;
    private final Map<FailPoint, IOException> armed = new EnumMap<>(FailPoint.class);
    private final FailPoints failPoints = point -> {
        IOException failure = armed.get(point);
        if (failure != null) {
            throw failure;
        }
    };

    SqlFailureTest(@TempDir Path directory) {
        file = directory.resolve("glance.sqlite");
    }

    @Test
    void failureBeforeTheCommitLeavesNothing() {
        try (SqlRegistry registry = open(null)) {
            armed.put(FailPoint.REGISTRY_BEFORE_COMMIT, new IOException("pulled"));
            Image image = sample();
            assertThatThrownBy(() -> registry.images().create(image))
                    .isInstanceOf(Unavailable.class)
                    .hasRootCauseMessage("pulled");
            armed.clear();
            assertThatThrownBy(() -> registry.images().get(image.id(), Scope.EVERYTHING))
                    .isInstanceOf(GlanceException.NotFound.class);
            assertThat(registry.images().create(image)).isEqualTo(image);
        }
    }

    @Test
    void failureAfterTheCommitIsAnErrorAboutARecordedWrite() {
        try (SqlRegistry registry = open(null)) {
            armed.put(FailPoint.REGISTRY_AFTER_COMMIT, new IOException("pulled"));
            Image image = sample();
            assertThatThrownBy(() -> registry.images().create(image)).isInstanceOf(Unavailable.class);
            armed.clear();
            assertThat(registry.images().get(image.id(), Scope.EVERYTHING)).isEqualTo(image);
        }
    }

    @Test
    void writesWaitForAnotherProcessAndReadsDoNot() throws Exception {
        try (SqlRegistry registry = open(null);
                Connection other = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = other.createStatement()) {
            Image image = registry.images().create(sample());
            statement.execute("BEGIN IMMEDIATE");
            CompletableFuture<Image> write = CompletableFuture.supplyAsync(() -> rename(registry, image, "waited"));
            assertThat(registry.images().get(image.id(), Scope.EVERYTHING)).isEqualTo(image);
            assertThat(write).isNotDone();
            statement.execute("COMMIT");
            assertThat(write.get(20, TimeUnit.SECONDS).name()).isEqualTo("waited");
        }
    }

    @Test
    void lockThatStaysIsUnavailableInBoundedTime() throws Exception {
        try (SqlRegistry registry = open(null);
                Connection other = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = other.createStatement()) {
            Image image = registry.images().create(sample());
            statement.execute("BEGIN IMMEDIATE");
            assertThatThrownBy(() -> rename(registry, image, "never"))
                    .isInstanceOf(Unavailable.class)
                    .hasMessageContaining("locked by another process");
            statement.execute("ROLLBACK");
            assertThat(rename(registry, image, "later").name()).isEqualTo("later");
        }
    }

    @Test
    void fullDiskIsUnavailableAndTheServiceRecovers() {
        SqliteDialect small = new SqliteDialect() {
            @Override
            HikariConfig pool(DatabaseConfig config) {
                HikariConfig pool = super.pool(config);
                pool.setConnectionInitSql("PRAGMA max_page_count = 120");
                return pool;
            }
        };
        try (SqlRegistry registry = SqlRegistry.open(config(null), small, InstantSource.system(), failPoints)) {
            Image image = registry.images().create(sample());
            ImageChange big = ImageChange.builder()
                    .setProperty("big", "x".repeat(1_000_000))
                    .build();
            assertThatThrownBy(() -> registry.images().update(image.id(), big, Guard.always()))
                    .isInstanceOf(Unavailable.class)
                    .hasMessageContaining("no room left")
                    .hasCauseInstanceOf(SQLException.class);
            assertThat(registry.images().get(image.id(), Scope.EVERYTHING)).isEqualTo(image);
            assertThat(rename(registry, image, "fits").name()).isEqualTo("fits");
        }
    }

    @Test
    void fileThatIsNoDatabaseIsRefused() throws IOException {
        Files.writeString(file, "no database ".repeat(1000));
        assertThatThrownBy(() -> open(null)).hasMessageContaining("database");
        assertThat(Files.readString(file)).startsWith("no database");
    }

    @Test
    void directoryThatIsAbsentIsNamed() {
        Path absent = file.resolveSibling("absent").resolve("g.sqlite");
        assertThatThrownBy(() -> SqlRegistry.open(DatabaseConfig.sqlite(absent), InstantSource.system(), failPoints))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(absent.toString())
                .hasMessageContaining("connection");
    }

    @Test
    void commitsOutliveTheProcessByDefault() throws SQLException {
        try (SqlRegistry registry = open(null);
                Connection other = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = other.createStatement();
                ResultSet mode = statement.executeQuery("PRAGMA journal_mode")) {
            assertThat(registry.health().up()).isTrue();
            assertThat(mode.getString(1)).isEqualTo("wal");
        }
    }

    @Test
    void memoryDatabaseWorksWithItsOneConnection() {
        DatabaseConfig memory =
                DatabaseConfig.of(DatabaseUrl.parse("sqlite://")).with(PATIENT);
        try (SqlRegistry registry = SqlRegistry.open(memory, InstantSource.system(), failPoints)) {
            Image image = registry.images().create(sample());
            assertThat(rename(registry, image, "n").name()).isEqualTo("n");
            assertThat(registry.images().get(image.id(), Scope.EVERYTHING).name())
                    .isEqualTo("n");
        }
    }

    @Test
    void locationsAndJournalAreEncryptedAtRestWithAKey() throws IOException {
        Image image = sample();
        DataIntent intent =
                new DataIntent(image.id(), new StoreId("file"), "file:///sesame", DataIntent.Kind.WRITE, "w");
        try (SqlRegistry registry = open(new Secret("0123456789abcdef"))) {
            registry.images().create(image);
            ImageChange change = ImageChange.builder()
                    .set(Attribute.STATUS, ImageStatus.SAVING)
                    .addLocation(StoreLocation.of("file:///sesame"))
                    .opens(intent)
                    .build();
            Image updated = registry.images().update(image.id(), change, Guard.always());
            assertThat(updated.locations().getFirst().at().url()).isEqualTo("file:///sesame");
            assertThat(registry.journal().open()).containsExactly(intent);
            registry.journal().close(intent);
            assertThat(registry.journal().open()).isEmpty();
        }
        assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
                .doesNotContain("sesame");
    }

    private static Image sample() {
        return Samples.queued(Samples.id(), Instant.parse("2026-01-02T03:04:05Z"));
    }

    private static Image rename(SqlRegistry registry, Image image, String name) {
        return registry.images()
                .update(
                        image.id(),
                        ImageChange.builder().set(Attribute.NAME, name).build(),
                        Guard.always());
    }

    private SqlRegistry open(@Nullable Secret key) {
        return SqlRegistry.open(config(key), InstantSource.system(), failPoints);
    }

    private DatabaseConfig config(@Nullable Secret key) {
        return DatabaseConfig.sqlite(file).with(PATIENT).withKey(key);
    }
}
