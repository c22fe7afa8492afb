package glance.registry.sql;

import glance.error.GlanceException;
import glance.image.ImageAccess;
import glance.image.ImageId;
import glance.image.ImageMember;
import glance.image.MemberRepository;
import glance.image.MemberStatus;
import glance.image.StorableText;
import glance.quota.Quotas;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Memberships in SQL: each method is one transaction. A removed member's row stays and is revived, never doubled. */
final class SqlMembers implements MemberRepository {
    private static final String COLUMNS = "id, member, status, can_share, created_at, updated_at";

    private final Database database;
    private final Dialect dialect;
    private final InstantSource clock;

    SqlMembers(Database database, InstantSource clock) {
        this.database = database;
        this.dialect = database.dialect();
        this.clock = clock;
    }

    /** A membership and the row it is kept in. */
    private record Row(long id, ImageMember member) {}

    @Override
    public List<ImageMember> list(ImageId image) {
        return database.read(handle -> handle.createQuery(
                        "SELECT " + COLUMNS + " FROM image_members WHERE image_id = :image AND NOT deleted ORDER BY id")
                .bind("image", image.value())
                .map((row, context) -> row(image, row).member())
                .list());
    }

    @Override
    public Optional<ImageMember> find(ImageId image, String member) {
        return database.read(handle -> find(handle, image, member));
    }

    /** A live membership, within the caller's transaction. */
    Optional<ImageMember> find(Handle handle, ImageId image, String member) {
        return findRow(handle, image, member, false).map(Row::member);
    }

    private Optional<Row> findRow(Handle handle, ImageId image, String member, boolean deleted) {
        if (!StorableText.isStorable(member)) {
            return Optional.empty();
        }
        return handle
                .createQuery(
                        "SELECT " + COLUMNS + " FROM image_members"
                                + " WHERE image_id = :image AND member = :member AND COALESCE(deleted, FALSE) = :deleted ORDER BY id")
                .bind("image", image.value())
                .bind("member", member)
                .bind("deleted", deleted)
                .map((row, context) -> row(image, row))
                .stream()
                .filter(row -> row.member().member().equals(member))
                .findFirst();
    }

    private Row row(ImageId image, ResultSet row) throws SQLException {
        Instant createdAt = dialect.time(row, 5);
        Instant updatedAt = dialect.time(row, 6);
        if (createdAt == null) {
            throw new IllegalStateException("image_members.created_at is null");
        }
        return new Row(
                row.getLong(1),
                new ImageMember(
                        image,
                        row.getString(2),
                        MemberStatus.parse(row.getString(3)),
                        row.getBoolean(4),
                        createdAt,
                        updatedAt == null ? createdAt : updatedAt));
    }

    @Override
    public ImageMember add(ImageId image, String member, int quota) {
        return database.write(handle -> {
            requireImage(handle, image);
            if (findRow(handle, image, member, false).isPresent()) {
                throw new GlanceException.Conflict(
                        "Project '" + member + "' is a member of image " + image + " already");
            }
            if (Quotas.exceeds(count(handle, image) + 1, quota)) {
                throw new GlanceException.LimitExceeded(
                        "The limit of " + quota + " members of image " + image + " is reached");
            }
            Optional<Row> former = findRow(handle, image, member, true);
            if (former.isPresent()) {
                revive(handle, former.get().id());
            } else {
                insert(handle, image, member);
            }
            return require(handle, image, member).member();
        });
    }

    /** Holds the image's row, so that two additions to one image follow each other. */
    private void requireImage(Handle handle, ImageId image) {
        boolean isLive = handle.createQuery(
                        "SELECT id FROM images WHERE id = :image AND NOT deleted" + dialect.forUpdate())
                .bind("image", image.value())
                .mapTo(String.class)
                .findOne()
                .isPresent();
        if (!isLive) {
            throw ImageAccess.notFound(image);
        }
    }

    private static long count(Handle handle, ImageId image) {
        return handle.createQuery("SELECT COUNT(*) FROM image_members WHERE image_id = :image AND NOT deleted")
                .bind("image", image.value())
                .mapTo(Long.class)
                .one();
    }

    private void revive(Handle handle, long row) {
        handle.execute("""
                UPDATE image_members
                SET deleted = FALSE, deleted_at = NULL, status = 'pending', can_share = FALSE, updated_at = ?
                WHERE id = ?""", now(), row);
    }

    private void insert(Handle handle, ImageId image, String member) {
        Object now = now();
        handle.execute("""
                INSERT INTO image_members
                    (image_id, member, status, can_share, created_at, updated_at, deleted_at, deleted)
                VALUES (?, ?, 'pending', FALSE, ?, ?, NULL, FALSE)""", image.value(), member, now, now);
    }

    @Override
    public ImageMember setStatus(ImageId image, String member, MemberStatus status) {
        return database.write(handle -> {
            Row row = require(handle, image, member);
            handle.execute(
                    "UPDATE image_members SET status = ?, updated_at = ? WHERE id = ?", status.wire(), now(), row.id());
            return require(handle, image, member).member();
        });
    }

    @Override
    public void remove(ImageId image, String member) {
        database.write(handle -> {
            Object now = now();
            return handle.execute(
                    "UPDATE image_members SET deleted = TRUE, deleted_at = ?, updated_at = ? WHERE id = ?",
                    now,
                    now,
                    require(handle, image, member).id());
        });
    }

    private Row require(Handle handle, ImageId image, String member) {
        return findRow(handle, image, member, false)
                .orElseThrow(() ->
                        new GlanceException.NotFound("Project '" + member + "' is not a member of image " + image));
    }

    private Object now() {
        return dialect.time(clock.instant().truncatedTo(ChronoUnit.MICROS));
    }
}
