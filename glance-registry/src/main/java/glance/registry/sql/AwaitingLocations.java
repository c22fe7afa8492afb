package glance.registry.sql;

import glance.error.GlanceException;
import glance.image.ImageId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** The rows of locations whose data is to be removed, and what their removal makes of the image. Within the caller's transaction. */
final class AwaitingLocations {
    private final LocationText locations;

    AwaitingLocations(LocationText locations) {
        this.locations = locations;
    }

    /** The data at this place is gone, or somebody else's. */
    void gone(Handle handle, ImageId image, String url, Object now) {
        List<Long> rows = handle.createQuery(
                        "SELECT id, value FROM image_locations WHERE image_id = :image AND status = 'pending_delete'")
                .bind("image", image.value())
                .map((row, context) -> isAt(row, url) ? row.getLong(1) : 0L)
                .filter(id -> id != 0)
                .list();
        if (rows.isEmpty()) {
            return;
        }
        for (long row : rows) {
            handle.execute("UPDATE image_locations SET status = 'deleted', updated_at = ? WHERE id = ?", now, row);
        }
        settle(handle, image, now);
    }

    /** Plain text decides: the column may hold it encrypted, differently each time. */
    private boolean isAt(ResultSet row, String url) throws SQLException {
        try {
            return locations.plainUrl(row.getString(2)).equals(url);
        } catch (GlanceException.Unavailable undecipherable) {
            return false;
        }
    }

    /** An image that nothing of awaits removal any more is deleted. */
    void settle(Handle handle, ImageId image, Object now) {
        handle.execute("""
                UPDATE images SET status = 'deleted', updated_at = ?
                WHERE id = ? AND deleted = TRUE AND status = 'pending_delete' AND NOT EXISTS (
                    SELECT 1 FROM image_locations l WHERE l.image_id = images.id AND l.status = 'pending_delete')""", now, image.value());
    }
}
