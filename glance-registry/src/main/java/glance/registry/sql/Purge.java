package glance.registry.sql;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes for good the rows that were soft-deleted long ago, oldest first. It goes by {@code deleted} and {@code deleted_at}
 * both: a revived row may still carry the time of its former deletion. Each batch is a transaction of its own, so that
 * services wait for none longer than a batch takes.
 */
public final class Purge {
    private static final Logger LOG = LoggerFactory.getLogger(Purge.class);

    /** Rows per transaction. */
    private static final int BATCH = 500;

    private static final List<String> CHILDREN =
            List.of("image_properties", "image_tags", "image_locations", "image_members");

    private final Connection connection;
    private final Dialect dialect;
    private final InstantSource clock;

    Purge(Connection connection, Dialect dialect, InstantSource clock) {
        this.connection = connection;
        this.dialect = dialect;
        this.clock = clock;
    }

    /**
     * Everything but the rows of images themselves, which keep their ids reserved.
     *
     * @param mostRows of each table; negative for no limit
     * @return rows removed by table
     */
    public Map<String, Long> purge(Duration age, long mostRows) throws SQLException {
        Instant limit = clock.instant().minus(age);
        Map<String, Long> removed = new LinkedHashMap<>();
        for (String table : CHILDREN) {
            removed.put(table, purge(table, limit, mostRows));
        }
        removed.put("tasks", purge("tasks", limit, mostRows));
        return told(removed);
    }

    /**
     * The rows of images; those that still have children stay.
     *
     * @param mostRows negative for no limit
     * @return rows removed by table
     * @throws SQLException when children remain
     */
    public Map<String, Long> purgeImages(Duration age, long mostRows) throws SQLException {
        Map<String, Long> removed = new LinkedHashMap<>();
        removed.put("images", purge("images", clock.instant().minus(age), mostRows));
        return told(removed);
    }

    private static Map<String, Long> told(Map<String, Long> removed) {
        removed.forEach((table, rows) -> LOG.info("deleted rows purged table={} rows={}", table, rows));
        return removed;
    }

    private long purge(String table, Instant limit, long mostRows) throws SQLException {
        long removed = 0;
        Handle handle = Jdbi.open(connection);
        while (mostRows < 0 || removed < mostRows) {
            long wanted = mostRows < 0 ? BATCH : Math.min(BATCH, mostRows - removed);
            int batch = batch(handle, table, dialect.time(limit), wanted);
            removed += batch;
            if (batch < wanted) {
                break;
            }
        }
        return removed;
    }

    private int batch(Handle handle, String table, Object limit, long wanted) throws SQLException {
        dialect.begin(connection, true);
        boolean done = false;
        try {
            // MySQL deletes by no sub-select of the same table with a limit, so the ids come here first.
            List<Object> ids = new ArrayList<>(
                    handle.createQuery("SELECT id FROM " + table + " WHERE deleted = TRUE AND deleted_at < :limit"
                                    + kept(table) + " ORDER BY deleted_at, id LIMIT " + wanted)
                            .bind("limit", limit)
                            .map((row, context) -> row.getObject(1))
                            .list());
            if (!ids.isEmpty()) {
                remove(handle, table, ids);
            }
            dialect.commit(connection);
            done = true;
            return ids.size();
        } catch (JdbiException e) {
            throw Database.unwrapped(e);
        } finally {
            if (!done) {
                dialect.rollback(connection);
            }
        }
    }

    /** What still may be restored, or whose data the scrubber has yet to remove, is kept however old it is. */
    private static String kept(String table) {
        return switch (table) {
            case "images" -> " AND status <> 'pending_delete'";
            case "tasks" -> "";
            case "image_locations" ->
                " AND NOT (status = 'pending_delete' AND EXISTS (" + owner(table) + " AND i.status <> 'deleted'))";
            default -> " AND NOT EXISTS (" + owner(table) + " AND i.status = 'pending_delete')";
        };
    }

    private static String owner(String table) {
        return "SELECT 1 FROM images i WHERE i.id = " + table + ".image_id";
    }

    private static void remove(Handle handle, String table, List<Object> ids) {
        if (table.equals("tasks")) {
            handle.createUpdate("DELETE FROM task_info WHERE task_id IN (<ids>)")
                    .bindList("ids", ids)
                    .execute();
        }
        handle.createUpdate("DELETE FROM " + table + " WHERE id IN (<ids>) AND deleted = TRUE")
                .bindList("ids", ids)
                .execute();
    }
}
