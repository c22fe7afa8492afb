package glance.registry.sql;

import glance.image.DataIntent;
import glance.image.DataJournal;
import glance.image.ImageId;
import glance.store.StoreId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * The journal in its own table. Entries are compared by their plain URL here and not in SQL, since the column may hold
 * it encrypted, differently each time.
 */
final class SqlJournal implements DataJournal {
    private static final String SELECT = "SELECT id, image_id, store, url, kind, worker FROM glancejvm_data_intents ";
    private static final String OLDEST_FIRST = " ORDER BY opened_at, id";

    private final Database database;
    private final LocationText locations;
    private final AwaitingLocations awaiting;
    private final InstantSource clock;

    SqlJournal(Database database, LocationText locations, InstantSource clock) {
        this.database = database;
        this.locations = locations;
        this.awaiting = new AwaitingLocations(locations);
        this.clock = clock;
    }

    /** An entry and the row it is kept in. */
    private record Row(long id, DataIntent intent) {}

    @Override
    public List<DataIntent> abandoned(String worker, Duration lease) {
        Object limit = time(lease);
        return database.read(
                handle -> handle.createQuery(SELECT + "WHERE worker = :worker OR renewed_at < :limit" + OLDEST_FIRST)
                        .bind("worker", worker)
                        .bind("limit", limit)
                        .map((row, context) -> row(row).intent())
                        .list());
    }

    @Override
    public List<DataIntent> open() {
        return database.read(handle -> handle.createQuery(SELECT + OLDEST_FIRST)
                .map((row, context) -> row(row).intent())
                .list());
    }

    @Override
    public List<DataIntent> open(ImageId image) {
        return database.read(
                handle -> rowsOf(handle, image).stream().map(Row::intent).toList());
    }

    @Override
    public void renew(String worker) {
        database.write(handle -> handle.execute(
                "UPDATE glancejvm_data_intents SET renewed_at = ? WHERE worker = ?", time(Duration.ZERO), worker));
    }

    @Override
    public void close(DataIntent intent) {
        database.write(handle -> {
            boolean wasOpen = close(handle, intent);
            if (wasOpen && intent.kind() == DataIntent.Kind.DISCARD) {
                awaiting.gone(handle, intent.image(), intent.url(), time(Duration.ZERO));
            }
            return wasOpen;
        });
    }

    /** Records an entry within the caller's transaction; one that is open already counts as renewed. */
    void open(Handle handle, DataIntent intent) {
        Object now = time(Duration.ZERO);
        Optional<Row> present = find(handle, intent);
        if (present.isPresent()) {
            handle.execute(
                    "UPDATE glancejvm_data_intents SET renewed_at = ? WHERE id = ?",
                    now,
                    present.get().id());
            return;
        }
        handle.execute(
                """
                INSERT INTO glancejvm_data_intents (image_id, store, url, kind, worker, opened_at, renewed_at)
                VALUES (?, ?, ?, ?, ?, ?, ?)""",
                intent.image().value(),
                intent.store().value(),
                locations.url(intent.url()),
                intent.kind().name(),
                intent.worker(),
                now,
                now);
    }

    /** Closes an entry within the caller's transaction; says whether it was open. */
    boolean close(Handle handle, DataIntent intent) {
        Optional<Row> row = find(handle, intent);
        return row.isPresent()
                && handle.execute(
                                "DELETE FROM glancejvm_data_intents WHERE id = ?",
                                row.get().id())
                        == 1;
    }

    /** Whether the removal of some of the image's data is owed, within the caller's transaction. */
    boolean isRemoving(Handle handle, ImageId image) {
        return rowsOf(handle, image).stream().anyMatch(row -> row.intent().kind() == DataIntent.Kind.DISCARD);
    }

    private Optional<Row> find(Handle handle, DataIntent intent) {
        return rowsOf(handle, intent.image()).stream()
                .filter(row -> row.intent().equals(intent))
                .findFirst();
    }

    private List<Row> rowsOf(Handle handle, ImageId image) {
        return handle.createQuery(SELECT + "WHERE image_id = :image" + OLDEST_FIRST)
                .bind("image", image.value())
                .map((row, context) -> row(row))
                .list();
    }

    private Row row(ResultSet row) throws SQLException {
        return new Row(
                row.getLong(1),
                new DataIntent(
                        new ImageId(row.getString(2)),
                        new StoreId(row.getString(3)),
                        locations.plainUrl(row.getString(4)),
                        DataIntent.Kind.valueOf(row.getString(5)),
                        row.getString(6)));
    }

    private Object time(Duration ago) {
        return database.dialect().time(clock.instant().minus(ago).truncatedTo(ChronoUnit.MICROS));
    }
}
