package glance.registry.sql;

import glance.error.GlanceException;
import glance.image.DataIntent;
import glance.image.Guard;
import glance.image.Image;
import glance.image.ImageAccess;
import glance.image.ImageChange;
import glance.image.ImageId;
import glance.image.ImageLocation;
import glance.image.ImageQuery;
import glance.image.ImageQuery.Population;
import glance.image.ImageRepository;
import glance.image.ImageStatus;
import glance.image.ImageUpdate;
import glance.image.Page;
import glance.image.Scope;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;
import org.jspecify.annotations.Nullable;

/** Images in SQL: each method is one transaction. */
final class SqlImages implements ImageRepository {
    /** How long lists do without our indexes before they try them again. */
    private static final Duration UNNAMED = Duration.ofMinutes(1);

    private final Database database;
    private final Dialect dialect;
    private final ImageRows rows;
    private final ImageWriter writer;
    private final SqlMembers members;
    private final SqlJournal journal;
    private final InstantSource clock;
    private volatile long unnamedUntil = System.nanoTime();

    SqlImages(Database database, LocationText locations, SqlMembers members, SqlJournal journal, InstantSource clock) {
        this.database = database;
        this.dialect = database.dialect();
        this.members = members;
        this.rows = new ImageRows(dialect, locations);
        this.writer = new ImageWriter(dialect, locations);
        this.journal = journal;
        this.clock = clock;
    }

    @Override
    public Image get(ImageId id, Scope scope) {
        return database.read(handle -> find(handle.getConnection(), id)
                .filter(image -> reaches(handle, scope, image))
                .orElseThrow(() -> ImageAccess.notFound(id)));
    }

    @Override
    public Image getEver(ImageId id, Scope scope) {
        return database.read(handle -> findEver(handle.getConnection(), id)
                .filter(image -> reaches(handle, scope, image))
                .orElseThrow(() -> ImageAccess.notFound(id)));
    }

    private Optional<Image> find(Connection connection, ImageId id) throws SQLException {
        return id.isPossible() ? rows.find(connection, id) : Optional.empty();
    }

    private Optional<Image> findEver(Connection connection, ImageId id) throws SQLException {
        return id.isPossible() ? rows.findEver(connection, id) : Optional.empty();
    }

    private boolean reaches(Handle handle, Scope scope, Image image) {
        String project = scope.project();
        return scope.reaches(
                image,
                () -> project != null
                        && members.find(handle, image.id(), project).isPresent());
    }

    @Override
    public Page<Image> list(ImageQuery query, Scope scope) {
        return database.read(handle -> {
            boolean named = System.nanoTime() - unnamedUntil >= 0;
            try {
                return page(handle, named, query, scope);
            } catch (SQLException missing) {
                if (!named || !dialect.isMissingIndex(missing)) {
                    throw missing;
                }
                // An operator may remove and add our indexes at any time.
                unnamedUntil = System.nanoTime() + UNNAMED.toNanos();
                return page(handle, false, query, scope);
            }
        });
    }

    private Page<Image> page(Handle handle, boolean named, ImageQuery query, Scope scope) throws SQLException {
        Image marker = marker(handle, query, scope);
        Connection connection = handle.getConnection();
        List<Image> images = new ArrayList<>();
        for (ListStatement.Page part : ListStatement.of(connection, dialect, named, query, scope, marker)) {
            if (images.size() < query.limit()) {
                images.addAll(rows.images(connection, part.first(query.limit() - images.size())));
            }
        }
        boolean isFull = query.limit() > 0 && images.size() == query.limit();
        List<Image> complete = rows.withChildren(connection, images);
        return new Page<>(complete, isFull || complete.size() < images.size());
    }

    private @Nullable Image marker(Handle handle, ImageQuery query, Scope scope) throws SQLException {
        ImageId id = query.marker();
        if (id == null) {
            return null;
        }
        Connection connection = handle.getConnection();
        Optional<Image> found = query.population() == Population.EVER ? findEver(connection, id) : find(connection, id);
        Image marker =
                found.orElseThrow(() -> new GlanceException.InvalidRequest("Invalid marker: no image has this ID"));
        if (!reaches(handle, scope, marker)) {
            throw new GlanceException.Forbidden("Invalid marker: the image is not visible to this project");
        }
        return marker;
    }

    @Override
    public Image create(Image image) {
        Image recorded = image.asRecorded(dialect.precision());
        ImageUpdate.requireNew(recorded);
        return database.write(handle -> {
            try {
                writer.insert(handle, recorded);
            } catch (UnableToExecuteStatementException e) {
                if (e.getCause() instanceof SQLException cause && dialect.isDuplicate(cause)) {
                    throw new GlanceException.Conflict("Image ID " + image.id() + " already exists!");
                }
                throw e;
            }
            return recorded.locations().isEmpty() ? recorded : require(handle, recorded.id());
        });
    }

    @Override
    public Image update(ImageId id, ImageChange change, Guard guard) {
        return database.write(handle -> {
            Image before = require(handle, id);
            Image changed = ImageUpdate.apply(before, change, guard, clock.instant());
            for (DataIntent intent : change.closes()) {
                if (!journal.close(handle, intent)) {
                    throw new GlanceException.Conflict("The data of image " + id + " was taken over by another worker");
                }
            }
            for (DataIntent intent : change.opens()) {
                journal.open(handle, intent);
            }
            if (changed.equals(before)) {
                return before;
            }
            Image after = changed.asRecorded(dialect.precision());
            writer.store(handle, before, after, change);
            boolean hasNewLocation = after.locations().stream().anyMatch(location -> location.id() == 0);
            return hasNewLocation ? require(handle, id) : after;
        });
    }

    @Override
    public List<DataIntent> delete(ImageId id, Guard guard, IntentOf owner) {
        return database.write(handle -> {
            Image image = require(handle, id);
            ImageUpdate.require(image, guard);
            List<DataIntent> opened = new ArrayList<>();
            for (ImageLocation location : image.locations()) {
                DataIntent intent = owner.discard(id, location);
                if (intent != null) {
                    journal.open(handle, intent);
                    opened.add(intent);
                }
            }
            delete(handle, image, ImageLocation.DELETED);
            return opened;
        });
    }

    @Override
    public void retire(ImageId id, Guard guard) {
        database.write(handle -> {
            Image image = require(handle, id);
            ImageUpdate.require(image, guard);
            delete(handle, image, ImageLocation.PENDING_DELETE);
            return true;
        });
    }

    private void delete(Handle handle, Image image, String status) {
        writer.delete(handle, image.id(), ImageUpdate.later(image.updatedAt(), clock.instant()), status);
    }

    private Image require(Handle handle, ImageId id) throws SQLException {
        Optional<Image> found = id.isPossible() ? rows.findForUpdate(handle.getConnection(), id) : Optional.empty();
        return found.orElseThrow(() -> ImageAccess.notFound(id));
    }

    @Override
    public List<ImageId> withStatus(ImageStatus status) {
        return database.read(handle -> handle.createQuery("""
                        SELECT id FROM images
                        WHERE deleted = FALSE AND os_hidden IN (FALSE, TRUE) AND status = :status
                        ORDER BY created_at, id""")
                .bind("status", status.wire())
                .map((row, context) -> new ImageId(row.getString(1)))
                .list());
    }

    @Override
    public Usage usage(@Nullable String owner) {
        if (owner == null || owner.isEmpty()) {
            return new Usage(0, 0, 0, 0);
        }
        SqlText owned = new SqlText("").addRepeated(dialect.equal("i.owner", 1), List.of(owner));
        return database.read(handle -> {
            Query usage = handle.createQuery("""
                    SELECT COALESCE(SUM(size * locations), 0),
                        COALESCE(SUM(CASE WHEN staged OR copying THEN size ELSE 0 END), 0),
                        COUNT(*),
                        COALESCE(SUM(CASE WHEN staged OR copying OR status = 'saving' THEN 1 ELSE 0 END), 0)
                    FROM (
                        SELECT i.status, COALESCE(i.size, 0) AS size,
                            i.status IN ('uploading', 'importing') AS staged,
                            EXISTS (SELECT 1 FROM image_properties p
                                WHERE p.image_id = i.id AND p.name = 'os_glance_importing_to_stores'
                                    AND p.value <> '' AND NOT p.deleted) AS copying,
                            (SELECT COUNT(*) FROM image_locations l
                                WHERE l.image_id = i.id AND l.status <> 'deleted') AS locations
                        FROM images i
                        WHERE %s AND i.deleted = FALSE
                            AND i.status NOT IN ('killed', 'deleted', 'pending_delete')
                    ) owned""".formatted(owned.sql()));
            for (int i = 0; i < owned.values().size(); i++) {
                usage.bind(i, owned.values().get(i));
            }
            return usage.map(
                            (row, context) -> new Usage(row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4)))
                    .one();
        });
    }
}
