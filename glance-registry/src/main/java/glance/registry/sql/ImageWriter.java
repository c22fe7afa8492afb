package glance.registry.sql;

import glance.error.GlanceException;
import glance.image.Attribute;
import glance.image.Image;
import glance.image.ImageChange;
import glance.image.ImageId;
import glance.image.ImageLocation;
import glance.image.ImageStatus;
import glance.image.ImageUpdate;
import glance.image.Visibility;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jspecify.annotations.Nullable;

/**
 * Stores images row by row, inside the caller's transaction. Removed children stay as deleted rows, as upstream's tools
 * expect; a revived one loses its {@code deleted_at}, since purging goes by that column.
 */
final class ImageWriter {
    private static final String INSERT_PROPERTY = """
            INSERT INTO image_properties (image_id, name, value, created_at, updated_at, deleted_at, deleted)
            VALUES (?, ?, ?, ?, ?, NULL, FALSE)
            """;

    private final Dialect dialect;
    private final LocationText locations;
    private final String putProperty;
    private final String removeTag;

    ImageWriter(Dialect dialect, LocationText locations) {
        this.dialect = dialect;
        this.locations = locations;
        this.putProperty = INSERT_PROPERTY
                + dialect.orUpdate("image_id, name", "name", "value", "updated_at", "deleted_at", "deleted");
        // By the image's own few rows, not by all images that have the tag.
        this.removeTag = "UPDATE image_tags SET deleted = TRUE, deleted_at = ?, updated_at = ? WHERE image_id = ?"
                + " AND NOT deleted AND ";
    }

    /** All rows of a new image. */
    void insert(Handle handle, Image image) {
        List<String> columns = new ArrayList<>();
        List<@Nullable Object> values = new ArrayList<>();
        for (Attribute attribute : Attribute.values()) {
            columns.add(attribute.column());
            values.add(bound(image.value(attribute)));
        }
        handle.execute(
                "INSERT INTO images (" + String.join(", ", columns) + ", deleted) VALUES ("
                        + "?, ".repeat(columns.size()) + "FALSE)",
                values.toArray());
        Object created = dialect.time(image.createdAt());
        try (PreparedBatch batch = handle.prepareBatch(putProperty)) {
            image.properties().forEach((name, value) -> batch.add(image.id().value(), name, value, created, created));
            run(batch);
        }
        requireDistinctNames(handle, image);
        insertTags(handle, image.id(), image.tags(), created);
        image.locations().forEach(location -> insertLocation(handle, image.id(), location, created));
    }

    /** The differences between two states of one image. */
    void store(Handle handle, Image before, Image after, ImageChange change) {
        Object now = dialect.time(after.updatedAt());
        updateRow(handle, before, after);
        storeProperties(handle, before, after, now);
        storeTags(handle, before, after, now);
        storeLocations(handle, before, after, change, now);
    }

    /** Only the columns that differ: naming a column costs each index that holds it. */
    private void updateRow(Handle handle, Image before, Image after) {
        List<String> assignments = new ArrayList<>();
        List<@Nullable Object> values = new ArrayList<>();
        for (Attribute attribute : Attribute.values()) {
            @Nullable Object bound = bound(after.value(attribute));
            if (bound == null ? before.value(attribute) != null : !bound.equals(bound(before.value(attribute)))) {
                assignments.add(attribute.column() + " = ?");
                values.add(bound);
            }
        }
        values.add(after.id().value());
        if (assignments.isEmpty()) {
            // Only children differ, and the clock of whole seconds has not moved.
            return;
        }
        handle.execute("UPDATE images SET " + String.join(", ", assignments) + " WHERE id = ?", values.toArray());
    }

    private void storeProperties(Handle handle, Image before, Image after, Object now) {
        String image = after.id().value();
        // Removed first: a name that changes in case alone is the same key to some engines, and its row is revived.
        for (String name : before.properties().keySet()) {
            if (after.properties().containsKey(name)) {
                continue;
            }
            if (name.equals(ImageUpdate.IMPORT_LOCK)) {
                // Upstream deletes the lock's row; it is the one property whose absence means no row at all.
                handle.execute("DELETE FROM image_properties WHERE image_id = ? AND name = ?", image, name);
            } else {
                handle.execute("""
                        UPDATE image_properties SET deleted = TRUE, deleted_at = ?, updated_at = ?
                        WHERE image_id = ? AND name = ? AND NOT deleted""", now, now, image, name);
            }
        }
        try (PreparedBatch put = handle.prepareBatch(putProperty)) {
            after.properties().forEach((name, value) -> {
                if (!before.properties().containsKey(name)
                        || !Objects.equals(value, before.properties().get(name))) {
                    put.add(image, name, value, now, now);
                }
            });
            run(put);
        }
        requireDistinctNames(handle, after);
    }

    /** Where the unique key takes two names for one, the row of the first was given to the second. */
    private void requireDistinctNames(Handle handle, Image image) {
        if (!dialect.hasLooseKeys() || image.properties().size() < 2) {
            return;
        }
        int rows = handle.createQuery("SELECT COUNT(*) FROM image_properties WHERE image_id = :image AND NOT deleted")
                .bind("image", image.id().value())
                .mapTo(Integer.class)
                .one();
        if (rows != image.properties().size()) {
            throw new GlanceException.Conflict(
                    "Image " + image.id() + " has properties whose names differ in case, accents"
                            + " or trailing blanks alone, which its database cannot tell apart");
        }
    }

    private void storeTags(Handle handle, Image before, Image after, Object now) {
        for (String tag : before.tags()) {
            if (!after.tags().contains(tag)) {
                SqlText remove = new SqlText(removeTag, now, now, after.id().value())
                        .addRepeated(dialect.equal(dialect.unindexed("value"), 1), List.of(tag));
                handle.execute(remove.sql(), remove.values().toArray());
            }
        }
        List<String> added = after.tags().stream()
                .filter(tag -> !before.tags().contains(tag))
                .toList();
        insertTags(handle, after.id(), added, now);
    }

    private static void insertTags(Handle handle, ImageId image, Iterable<String> tags, Object now) {
        try (PreparedBatch batch = handle.prepareBatch("""
                INSERT INTO image_tags (image_id, value, created_at, updated_at, deleted_at, deleted)
                VALUES (?, ?, ?, ?, NULL, FALSE)""")) {
            tags.forEach(tag -> batch.add(image.value(), tag, now, now));
            run(batch);
        }
    }

    private void storeLocations(Handle handle, Image before, Image after, ImageChange change, Object now) {
        Set<Long> kept = after.locations().stream().map(ImageLocation::id).collect(Collectors.toSet());
        for (ImageLocation location : before.locations()) {
            if (!kept.contains(location.id())) {
                handle.execute(
                        """
                        UPDATE image_locations SET deleted = TRUE, deleted_at = ?, updated_at = ?, status = ?
                        WHERE id = ? AND image_id = ?""",
                        now,
                        now,
                        change.removeLocations().getOrDefault(location.id(), ImageLocation.DELETED),
                        location.id(),
                        after.id().value());
            }
        }
        for (ImageLocation location : after.locations()) {
            if (location.id() != 0 && !before.locations().contains(location)) {
                handle.execute(
                        """
                        UPDATE image_locations SET value = ?, meta_data = ?, updated_at = ?
                        WHERE id = ? AND image_id = ?""",
                        locations.url(location.at().url()),
                        locations.metadata(location.at().metadata()),
                        now,
                        location.id(),
                        after.id().value());
            }
        }
        after.locations().stream()
                .filter(location -> location.id() == 0)
                .forEach(location -> insertLocation(handle, after.id(), location, now));
    }

    private void insertLocation(Handle handle, ImageId image, ImageLocation location, Object now) {
        handle.execute(
                """
                INSERT INTO image_locations
                    (image_id, value, meta_data, status, created_at, updated_at, deleted_at, deleted)
                VALUES (?, ?, ?, ?, ?, ?, NULL, FALSE)""",
                image.value(),
                locations.url(location.at().url()),
                locations.metadata(location.at().metadata()),
                location.status(),
                now,
                now);
    }

    /**
     * The image and all that is below it, with one {@code deleted_at}. An image of whose data some awaits its removal awaits it
     * too: upstream's scrubber looks at such images alone.
     *
     * @param status of its live locations then
     */
    void delete(Handle handle, ImageId image, Instant at, String status) {
        Object now = dialect.time(at);
        handle.execute("""
                UPDATE image_locations
                SET deleted = TRUE, deleted_at = ?, updated_at = ?,
                    status = CASE WHEN status = 'pending_delete' THEN status ELSE ? END
                WHERE image_id = ? AND NOT deleted""", now, now, status, image.value());
        handle.execute("""
                UPDATE images
                SET deleted = TRUE, deleted_at = ?, updated_at = ?, status = CASE WHEN EXISTS (
                        SELECT 1 FROM image_locations l WHERE l.image_id = images.id AND l.status = 'pending_delete')
                    THEN 'pending_delete' ELSE 'deleted' END
                WHERE id = ?""", now, now, image.value());
        for (String table : List.of("image_properties", "image_tags", "image_members")) {
            handle.execute(
                    "UPDATE " + table
                            + " SET deleted = TRUE, deleted_at = ?, updated_at = ? WHERE image_id = ? AND NOT deleted",
                    now,
                    now,
                    image.value());
        }
    }

    private static void run(PreparedBatch batch) {
        if (batch.size() > 0) {
            batch.execute();
        }
    }

    /** The value as the driver takes it. */
    private @Nullable Object bound(@Nullable Object value) {
        return switch (value) {
            case ImageStatus status -> status.wire();
            case Visibility visibility -> visibility.wire();
            case Instant time -> dialect.time(time);
            case null -> null;
            case Object other -> other;
        };
    }
}
