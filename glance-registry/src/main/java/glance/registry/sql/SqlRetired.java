package glance.registry.sql;

import glance.error.GlanceException;
import glance.image.DataIntent;
import glance.image.ImageAccess;
import glance.image.ImageId;
import glance.image.ImageLocation;
import glance.image.RetiredImages;
import glance.store.StoreLocation;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Deleted images with data, in SQL. */
final class SqlRetired implements RetiredImages {
    /**
     * How long before its image a location may have been given up by the same request: upstream does the one after the other,
     * and some databases keep whole seconds.
     */
    private static final Duration SAME_DELETE = Duration.ofMinutes(1);

    private final Database database;
    private final Dialect dialect;
    private final LocationText locations;
    private final AwaitingLocations awaiting;
    private final SqlJournal journal;
    private final InstantSource clock;

    SqlRetired(Database database, LocationText locations, SqlJournal journal, InstantSource clock) {
        this.database = database;
        this.dialect = database.dialect();
        this.locations = locations;
        this.awaiting = new AwaitingLocations(locations);
        this.journal = journal;
        this.clock = clock;
    }

    @Override
    public List<ImageId> deletedUntil(Instant until, @Nullable ImageId after, int limit) {
        return database.read(handle -> handle.createQuery("""
                        SELECT id FROM images
                        WHERE deleted = TRUE AND status = 'pending_delete' AND deleted_at <= :until AND id > :after
                        ORDER BY id LIMIT :limit""")
                .bind("until", time(until))
                .bind("after", after == null ? "" : after.value())
                .bind("limit", limit)
                .map((row, context) -> new ImageId(row.getString(1)))
                .list());
    }

    @Override
    public List<ImageLocation> awaiting(ImageId id) {
        return database.read(handle -> handle.createQuery("""
                        SELECT id, value, meta_data, status FROM image_locations
                        WHERE image_id = :image AND status = 'pending_delete' ORDER BY id""")
                .bind("image", id.value())
                .map((row, context) -> new ImageLocation(
                        row.getLong(1), location(row.getLong(1), row.getString(2), row.getString(3)), row.getString(4)))
                .list());
    }

    private StoreLocation location(long id, String url, @Nullable String metadata) {
        try {
            return locations.location(url, metadata);
        } catch (GlanceException.Unavailable undecipherable) {
            // Of one image, not of the database.
            throw new IllegalStateException("location " + id + " cannot be deciphered", undecipherable);
        }
    }

    @Override
    public void claim(ImageId id, List<DataIntent> removals) {
        database.write(handle -> {
            if (!isAwaiting(handle, id)) {
                throw ImageAccess.notFound(id);
            }
            removals.forEach(intent -> journal.open(handle, intent));
            awaiting.settle(handle, id, time(clock.instant()));
            return true;
        });
    }

    @Override
    public void release(DataIntent removal) {
        database.write(handle -> journal.close(handle, removal));
    }

    @Override
    public void restore(ImageId id) {
        database.write(handle -> {
            String status = status(handle, id);
            if (status == null) {
                throw ImageAccess.notFound(id);
            }
            if (!isAwaiting(handle, id)) {
                throw new GlanceException.Conflict(
                        "Image " + id + " has status " + status + "; only one in pending_delete can be restored");
            }
            if (journal.isRemoving(handle, id)) {
                throw new GlanceException.Conflict("The removal of the data of image " + id + " has begun");
            }
            revive(handle, id);
            return true;
        });
    }

    private void revive(Handle handle, ImageId id) {
        Object now = time(clock.instant());
        Instant deleted = handle.createQuery("SELECT deleted_at FROM images WHERE id = :id")
                .bind("id", id.value())
                .map((row, context) -> dialect.time(row, 1))
                .one();
        int data = handle.execute("""
                UPDATE image_locations SET status = 'active', deleted = FALSE, deleted_at = NULL, updated_at = ?
                WHERE image_id = ? AND status = 'pending_delete' AND deleted_at >= ?""", now, id.value(), time(deleted.minus(SAME_DELETE)));
        if (data == 0) {
            throw new GlanceException.Conflict("Nothing of the data of image " + id + " is left");
        }
        // What went with the image, and not before.
        for (String table : List.of("image_properties", "image_tags", "image_members")) {
            handle.execute(
                    "UPDATE " + table + " SET deleted = FALSE, deleted_at = NULL, updated_at = ?"
                            + " WHERE image_id = ? AND deleted = TRUE AND deleted_at = ?",
                    now,
                    id.value(),
                    time(deleted));
        }
        handle.execute(
                "UPDATE images SET status = 'active', deleted = FALSE, deleted_at = NULL, updated_at = ? WHERE id = ?",
                now,
                id.value());
    }

    private boolean isAwaiting(Handle handle, ImageId id) {
        return handle.createQuery(
                        "SELECT id FROM images WHERE id = :id AND deleted = TRUE AND status = 'pending_delete'"
                                + dialect.forUpdate())
                .bind("id", id.value())
                .map((row, context) -> row.getString(1))
                .findOne()
                .filter(id.value()::equals)
                .isPresent();
    }

    private static @Nullable String status(Handle handle, ImageId id) {
        return handle.createQuery("SELECT status FROM images WHERE id = :id")
                .bind("id", id.value())
                .map((row, context) -> row.getString(1))
                .findOne()
                .orElse(null);
    }

    private Object time(Instant at) {
        return dialect.time(at.truncatedTo(ChronoUnit.MICROS));
    }
}
