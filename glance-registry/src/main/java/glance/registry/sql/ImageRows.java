package glance.registry.sql;

import glance.image.Image;
import glance.image.ImageId;
import glance.image.ImageLocation;
import glance.image.ImageStatus;
import glance.image.Visibility;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SequencedSet;
import org.jspecify.annotations.Nullable;

/**
 * Rows become images. Plain JDBC with columns by position, since show and list are the hottest calls; the children of a
 * whole page come with one statement per table.
 *
 * <p>{@code NOT deleted} rather than {@code deleted = FALSE}: upstream indexes that column alone, and SQLite, which has no
 * statistics here, would take an index to nearly all rows for as good as the one by image.
 */
final class ImageRows {
    /** Property text of one page; an ordinary page of 1000 images has a tenth of it. */
    private static final int PAGE_CHARACTERS = 4 << 20;

    /** What {@link #image} reads, in its order. */
    static final String COLUMNS = """
            i.id, i.name, i.status, i.visibility, i.protected, i.os_hidden, i.owner, i.disk_format, i.container_format, \
            i.min_disk, i.min_ram, i.size, i.virtual_size, i.checksum, i.os_hash_algo, i.os_hash_value, i.created_at, \
            i.updated_at, i.deleted, i.deleted_at""";

    private static final String ONE = "SELECT " + COLUMNS + " FROM images i WHERE i.id = ? AND NOT i.deleted";

    private static final String EVER = "SELECT " + COLUMNS + " FROM images i WHERE i.id = ?";

    private static final String PROPERTIES = """
            SELECT image_id, name, value FROM image_properties
            WHERE image_id IN (%s) AND NOT deleted ORDER BY image_id, id""";

    private static final String TAGS = """
            SELECT image_id, value FROM image_tags
            WHERE image_id IN (%s) AND NOT deleted ORDER BY image_id, id""";

    private static final String LOCATIONS = """
            SELECT image_id, id, value, meta_data, status FROM image_locations
            WHERE image_id IN (%s) AND NOT deleted ORDER BY image_id, id""";

    /** Lengths of IN lists: few, so that engines see few different statements; the last id fills up. */
    private static final int[] LIST_LENGTHS = {1, 5, 25, 100, 250, 1000};

    private final Dialect dialect;
    private final LocationText locations;

    ImageRows(Dialect dialect, LocationText locations) {
        this.dialect = dialect;
        this.locations = locations;
    }

    /** A live image with its children. */
    Optional<Image> find(Connection connection, ImageId id) throws SQLException {
        return find(connection, id, ONE);
    }

    /** A live or deleted image, the former with its children. */
    Optional<Image> findEver(Connection connection, ImageId id) throws SQLException {
        return find(connection, id, EVER);
    }

    /** A live image with its children, which nobody else changes before this transaction ends. */
    Optional<Image> findForUpdate(Connection connection, ImageId id) throws SQLException {
        return find(connection, id, ONE + dialect.forUpdate());
    }

    private Optional<Image> find(Connection connection, ImageId id, String sql) throws SQLException {
        List<Image> found = images(connection, new Statement(sql, List.of(id.value())));
        // The key's collation may take another id for this one.
        return found.isEmpty() || !found.getFirst().id().equals(id)
                ? Optional.empty()
                : Optional.of(withChildren(connection, found).getFirst());
    }

    /** SQL with one value per question mark, all of them Strings, Longs, Integers or Booleans. */
    record Statement(String sql, List<Object> values) {}

    /** The images of a statement that selects {@link #COLUMNS}, without children. */
    List<Image> images(Connection connection, Statement statement) throws SQLException {
        List<Image> images = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement(statement.sql())) {
            int position = 0;
            for (Object value : statement.values()) {
                select.setObject(++position, value);
            }
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    images.add(image(row));
                }
            }
        }
        return images;
    }

    private Image image(ResultSet row) throws SQLException {
        Instant createdAt = dialect.time(row, 17);
        Instant updatedAt = dialect.time(row, 18);
        if (createdAt == null) {
            throw new IllegalStateException("images.created_at is null");
        }
        Instant changedAt = updatedAt == null ? createdAt : updatedAt;
        return new Image(
                new ImageId(row.getString(1)),
                row.getString(2),
                ImageStatus.parse(row.getString(3)),
                Visibility.parse(row.getString(4)),
                row.getBoolean(5),
                row.getBoolean(6),
                row.getString(7),
                row.getString(8),
                row.getString(9),
                row.getInt(10),
                row.getInt(11),
                longOrNull(row, 12),
                longOrNull(row, 13),
                row.getString(14),
                row.getString(15),
                row.getString(16),
                createdAt,
                changedAt,
                row.getBoolean(19) ? Objects.requireNonNullElse(dialect.time(row, 20), changedAt) : null,
                new LinkedHashSet<>(),
                new LinkedHashMap<>(),
                List.of());
    }

    private static @Nullable Long longOrNull(ResultSet row, int column) throws SQLException {
        long number = row.getLong(column);
        return row.wasNull() ? null : number;
    }

    /**
     * The same images in the same order, with tags, properties and locations; only the first of them when all together
     * carry more property text than {@value #PAGE_CHARACTERS} characters, so that no page can fill the heap.
     */
    List<Image> withChildren(Connection connection, List<Image> images) throws SQLException {
        List<Image> first = images;
        while (!first.isEmpty()) {
            Optional<List<Image>> complete = withinBudget(connection, first);
            if (complete.isPresent()) {
                return complete.get();
            }
            first = first.subList(0, Math.max(1, first.size() / 2));
        }
        return first;
    }

    private Optional<List<Image>> withinBudget(Connection connection, List<Image> images) throws SQLException {
        long[] characters = new long[1];
        Map<String, Children> children = HashMap.newHashMap(images.size());
        for (Image image : images) {
            children.put(image.id().value(), new Children());
        }
        eachChild(connection, PROPERTIES, images, children, (row, of) -> {
            String value = row.getString(3);
            characters[0] += value == null ? 0 : value.length();
            if (characters[0] <= PAGE_CHARACTERS || images.size() == 1) {
                of.properties.put(row.getString(2), value);
            }
        });
        if (characters[0] > PAGE_CHARACTERS && images.size() > 1) {
            return Optional.empty();
        }
        eachChild(connection, TAGS, images, children, (row, of) -> of.tags.add(row.getString(2)));
        eachChild(
                connection,
                LOCATIONS,
                images,
                children,
                (row, of) -> of.locations.add(new ImageLocation(
                        row.getLong(2), locations.location(row.getString(3), row.getString(4)), row.getString(5))));
        List<Image> complete = new ArrayList<>(images.size());
        for (Image image : images) {
            Children of = children.getOrDefault(image.id().value(), new Children());
            complete.add(image.with(of.tags, of.properties, of.locations));
        }
        return Optional.of(complete);
    }

    /** What belongs to one image. */
    private static final class Children {
        private final SequencedMap<String, @Nullable String> properties = new LinkedHashMap<>();
        private final SequencedSet<String> tags = new LinkedHashSet<>();
        private final List<ImageLocation> locations = new ArrayList<>();
    }

    /** Takes one row of a child table. */
    private interface ChildRow {
        void add(ResultSet row, Children of) throws SQLException;
    }

    private static void eachChild(
            Connection connection, String sql, List<Image> images, Map<String, Children> children, ChildRow child)
            throws SQLException {
        int length = listLength(images.size());
        String marks = length == 1 ? "?" : "?, ".repeat(length - 1) + "?";
        try (PreparedStatement select = connection.prepareStatement(sql.formatted(marks))) {
            for (int i = 0; i < length; i++) {
                select.setString(
                        i + 1, images.get(Math.min(i, images.size() - 1)).id().value());
            }
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    Children of = children.get(row.getString(1));
                    if (of != null) {
                        child.add(row, of);
                    }
                }
            }
        }
    }

    private static int listLength(int size) {
        for (int length : LIST_LENGTHS) {
            if (size <= length) {
                return length;
            }
        }
        return size;
    }
}
