package glance.registry.sql;

import static org.assertj.core.api.Assertions.assertThat;

import glance.fault.FailPoints;
import glance.image.Guard;
import glance.image.ImageChange;
import glance.image.ImageId;
import glance.image.ImageStatus;
import glance.image.ImageUpdate;
import glance.testkit.registry.Samples;
import glance.testkit.registry.SettableClock;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows behind the ports, as upstream's service and its purge read them. */
class SoftDeleteTest {
    private static final String FIRST = "2026-01-02 03:04:05.000001";
    private static final String SECOND = "2026-01-02 03:04:06.000001";
    private static final String THIRD = "2026-01-02 03:04:07.000001";

    private final SettableClock clock = new SettableClock(Instant.parse("2026-01-02T03:04:05.000001Z"));
    private final SqlRegistry registry;
    private final Connection rows;
    private final ImageId id = Samples.id();

    SoftDeleteTest(@TempDir Path directory) throws SQLException {
        Path file = directory.resolve("glance.sqlite");
        registry = SqlRegistry.open(DatabaseConfig.sqlite(file), clock, FailPoints.INERT);
        rows = DriverManager.getConnection("jdbc:sqlite:" + file);
        registry.images().create(Samples.queued(id, clock.instant()));
    }

    @AfterEach
    void close() throws SQLException {
        rows.close();
        registry.close();
    }

    @Test
    void timesAreTextWithMicroseconds() throws SQLException {
        assertThat(query("SELECT typeof(created_at) || ' ' || created_at || ' ' || updated_at FROM images"))
                .containsExactly("text " + FIRST + " " + FIRST);
    }

    @Test
    void revivedPropertyKeepsItsRowAndLosesItsDeletion() throws SQLException {
        update(ImageChange.builder().setProperty("p", "1"));
        update(ImageChange.builder().removeProperty("p"));
        assertThat(query("SELECT value || deleted || ' ' || deleted_at FROM image_properties"))
                .containsExactly("11 " + THIRD);
        update(ImageChange.builder().setProperty("p", "2"));
        assertThat(query("""
                        SELECT value || deleted || ' ' || COALESCE(deleted_at, 'never') || ' ' || created_at
                        FROM image_properties""")).containsExactly("20 never " + SECOND);
    }

    @Test
    void tagThatComesBackIsANewRow() throws SQLException {
        update(ImageChange.builder().addTag("t"));
        update(ImageChange.builder().removeTag("t"));
        update(ImageChange.builder().addTag("t"));
        assertThat(query("SELECT value || deleted FROM image_tags ORDER BY id")).containsExactly("t1", "t0");
    }

    @Test
    void releasedImportLockLeavesNoRow() throws SQLException {
        String lock = ImageUpdate.IMPORT_LOCK;
        registry.images()
                .update(id, ImageChange.builder().setProperty(lock, "t").build(), new Guard.PropertyAbsent(lock));
        registry.images()
                .update(id, ImageChange.builder().removeProperty(lock).build(), new Guard.PropertyIs(lock, "t"));
        assertThat(query("SELECT name FROM image_properties")).isEmpty();
    }

    @Test
    void revivedMemberKeepsItsRowAndLosesItsDeletion() throws SQLException {
        registry.members().add(id, "b", -1);
        registry.members().remove(id, "b");
        registry.members().add(id, "b", -1);
        assertThat(query("SELECT member || deleted || COALESCE(deleted_at, '') || status FROM image_members"))
                .containsExactly("b0pending");
    }

    @Test
    void removedLocationKeepsTheStatusItIsGiven() throws SQLException {
        update(ImageChange.builder().addLocation(Samples.location(id)).addLocation(Samples.location(id)));
        long first = Long.parseLong(query("SELECT MIN(id) FROM image_locations").getFirst());
        update(ImageChange.builder().removeLocation(first, "pending_delete"));
        assertThat(query("SELECT status || deleted FROM image_locations ORDER BY id"))
                .containsExactly("pending_delete1", "active0");
    }

    @Test
    void requeuedImageLeavesItsLocationsDeleted() throws SQLException {
        registry.images().update(id, ImageChange.status(ImageStatus.SAVING), Guard.always());
        update(ImageChange.builder().addLocation(Samples.location(id)));
        registry.images().update(id, ImageChange.status(ImageStatus.QUEUED), Guard.always());
        assertThat(query("SELECT status || deleted FROM image_locations")).containsExactly("deleted1");
    }

    @Test
    void deletedImageAndItsChildrenShareOneTime() throws SQLException {
        update(ImageChange.builder()
                .setProperty("p", "1")
                .addTag("t")
                .addLocation(Samples.location(id))
                .addLocation(Samples.location(id)));
        registry.members().add(id, "b", -1);
        execute("UPDATE image_locations SET status = 'pending_delete' WHERE id = 1");
        clock.advance(Duration.ofSeconds(1));
        registry.images().delete(id, Guard.always(), (image, location) -> null);
        assertThat(query("""
                        SELECT deleted || ' ' || deleted_at FROM images
                        UNION SELECT deleted || ' ' || deleted_at FROM image_properties
                        UNION SELECT deleted || ' ' || deleted_at FROM image_tags
                        UNION SELECT deleted || ' ' || deleted_at FROM image_locations
                        UNION SELECT deleted || ' ' || deleted_at FROM image_members""")).containsExactly("1 " + THIRD);
        assertThat(query("SELECT status || ' ' || updated_at FROM images")).containsExactly("pending_delete " + THIRD);
        assertThat(query("SELECT status FROM image_locations ORDER BY id"))
                .containsExactly("pending_delete", "deleted");
    }

    /** A second later. */
    private void update(ImageChange.Builder change) {
        clock.advance(Duration.ofSeconds(1));
        registry.images().update(id, change.build(), Guard.always());
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = rows.createStatement()) {
            statement.execute(sql);
        }
    }

    private List<String> query(String sql) throws SQLException {
        List<String> values = new ArrayList<>();
        try (Statement statement = rows.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            while (row.next()) {
                values.add(row.getString(1));
            }
        }
        return values;
    }
}
