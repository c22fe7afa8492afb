package glance.registry.sql;

import glance.error.GlanceException;
import glance.image.ImageAccess;
import glance.image.ImageId;
import glance.image.ImageMember;
import glance.image.MemberGrant;
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
import java.util.Set;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

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
        return database.read(
                handle -> rows(handle, image).stream().map(Row::member).toList());
    }

    private List<Row> rows(Handle handle, ImageId image) {
        return handle.createQuery(
                        "SELECT " + COLUMNS + " FROM image_members WHERE image_id = :image AND NOT deleted ORDER BY id")
                .bind("image", image.value())
                .map((row, context) -> row(image, row))
                .list();
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
            requireQuota(image, count(handle, image) + 1, quota);
            enter(handle, image, member, false);
            return require(handle, image, member).member();
        });
    }

    @Override
    public void share(ImageId image, List<MemberGrant> grants, boolean alone, int quota) {
        database.write(handle -> {
            requireImage(handle, image);
            requireQuota(image, alone ? grants.size() : count(handle, image) + 1, quota);
            if (alone) {
                Set<String> kept = grants.stream().map(MemberGrant::member).collect(Collectors.toSet());
                for (Row row : rows(handle, image)) {
                    if (!kept.contains(row.member().member())) {
                        remove(handle, row);
                    }
                }
            }
            for (MemberGrant grant : grants) {
                grant(handle, image, grant);
            }
            return grants.size();
        });
    }

    private void grant(Handle handle, ImageId image, MemberGrant grant) {
        Optional<Row> present = findRow(handle, image, grant.member(), false);
        boolean former = present.isPresent() && present.get().member().canShare();
        boolean canShare = grant.canShareAfter(former);
        if (present.isEmpty()) {
            enter(handle, image, grant.member(), canShare);
        } else if (canShare != former) {
            handle.execute(
                    "UPDATE image_members SET can_share = ?, updated_at = ? WHERE id = ?",
                    canShare,
                    now(),
                    present.get().id());
        }
    }

    @Override
    public List<ImageMember> of(String member, @Nullable String owner, int limit) {
        if (!StorableText.isStorable(member)) {
            return List.of();
        }
        String owned =
                owner == null ? "" : " AND " + dialect.equal("i.owner", 1).replace("?", ":owner");
        return database.read(handle -> {
            Query query = handle.createQuery(
                            "SELECT m.id, m.member, m.status, m.can_share, m.created_at, m.updated_at, m.image_id"
                                    + " FROM image_members m JOIN images i ON i.id = m.image_id WHERE "
                                    + dialect.equal("m.member", 1).replace("?", ":member")
                                    + " AND m.deleted = FALSE AND i.deleted = FALSE" + owned
                                    + " ORDER BY m.image_id LIMIT :limit")
                    .bind("member", member)
                    .bind("limit", limit);
            if (owner != null) {
                query.bind("owner", owner);
            }
            return query.map((row, context) ->
                            row(new ImageId(row.getString(7)), row).member())
                    .list();
        });
    }

    private static void requireQuota(ImageId image, long members, int quota) {
        if (Quotas.exceeds(members, quota)) {
            throw new GlanceException.LimitExceeded(
                    "The limit of " + quota + " members of image " + image + " is reached");
        }
    }

    /** Makes a project a member that is none, by its former row if there is one. */
    private void enter(Handle handle, ImageId image, String member, boolean canShare) {
        Optional<Row> former = findRow(handle, image, member, true);
        if (former.isPresent()) {
            revive(handle, former.get().id(), canShare);
        } else {
            insert(handle, image, member, canShare);
        }
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

    private void revive(Handle handle, long row, boolean canShare) {
        handle.execute("""
                UPDATE image_members
                SET deleted = FALSE, deleted_at = NULL, status = 'pending', can_share = ?, updated_at = ?
                WHERE id = ?""", canShare, now(), row);
    }

    private void insert(Handle handle, ImageId image, String member, boolean canShare) {
        Object now = now();
        handle.execute("""
                INSERT INTO image_members
                    (image_id, member, status, can_share, created_at, updated_at, deleted_at, deleted)
                VALUES (?, ?, 'pending', ?, ?, ?, NULL, FALSE)""", image.value(), member, canShare, now, now);
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
        database.write(handle -> remove(handle, require(handle, image, member)));
    }

    private int remove(Handle handle, Row row) {
        Object now = now();
        return handle.execute(
                "UPDATE image_members SET deleted = TRUE, deleted_at = ?, updated_at = ? WHERE id = ?",
                now,
                now,
                row.id());
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
