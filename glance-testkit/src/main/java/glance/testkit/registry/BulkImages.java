package glance.testkit.registry;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;

/**
 * Fills a database of upstream's schema with many active images, for measurements: each with 8 properties, 2 tags and one
 * location, one second apart, the same for one count. Writes rows, not calls: the registry must be told nothing, or be
 * opened afterwards.
 *
 * <p>Under {@link #EVEN} image number i is named {@code image-} and i modulo {@link #NAMES}; it belongs to {@code project-} and i modulo
 * {@link #PROJECTS}. One in a hundred is public, as many are community; every tenth is shared and has member
 * {@code project-} and i+1 modulo {@link #PROJECTS}, accepted; the others are private. Property {@code rare} has the
 * value i modulo {@link #RARE_VALUES}, {@code common} i modulo 2; tags are {@code tag-} and i modulo 100, and
 * {@code all}.
 */
public final class BulkImages {
    public static final int NAMES = 10_000;
    public static final int PROJECTS = 500;
    public static final int RARE_VALUES = 1_000;

    /** The first image's creation; the text form SQLite holds. */
    public static final Instant START = Instant.parse("2025-01-01T00:00:00Z");

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSS");
    private static final int BATCH = 1000;

    /** To whom images belong and who sees them; every text by the image's number. */
    public interface Spread {
        String owner(int i);

        String visibility(int i);

        /** The one member of a shared image. */
        String member(int i);
    }

    /** As the class says. */
    public static final Spread EVEN = new Spread() {
        @Override
        public String owner(int i) {
            return "project-" + i % PROJECTS;
        }

        @Override
        public String visibility(int i) {
            return switch (i % 100) {
                case 0 -> "public";
                case 1 -> "community";
                default -> i % 10 == 5 ? "shared" : "private";
            };
        }

        @Override
        public String member(int i) {
            return "project-" + (i + 1) % PROJECTS;
        }
    };

    private BulkImages() {}

    /** The id of image number {@code i}. */
    public static String id(int i) {
        Random random = new Random(i);
        return new UUID(random.nextLong(), random.nextLong()).toString();
    }

    /** As {@link #load(Connection, int, Spread)}, spread evenly. */
    public static void load(Connection database, int count) throws SQLException {
        load(database, count, EVEN);
    }

    /**
     * Adds images 0 to {@code count - 1}, a transaction per table. The connection is in auto-commit mode, before and after; on
     * PostgreSQL it must leave the types of texts open ({@code stringtype=unspecified}).
     */
    public static void load(Connection database, int count, Spread spread) throws SQLException {
        database.setAutoCommit(false);
        images(database, count, spread);
        properties(database, count);
        tags(database, count);
        locations(database, count);
        members(database, count, spread);
        database.setAutoCommit(true);
    }

    private static void images(Connection database, int count, Spread spread) throws SQLException {
        try (PreparedStatement insert = database.prepareStatement("""
                INSERT INTO images (id, name, size, status, created_at, updated_at, deleted, disk_format,
                    container_format, checksum, owner, min_disk, min_ram, protected, virtual_size, visibility,
                    os_hidden, os_hash_algo, os_hash_value)
                VALUES (?, ?, ?, 'active', ?, ?, FALSE, ?, 'bare', ?, ?, 1, 512, FALSE, NULL, ?, FALSE, 'sha512', ?)""")) {
            for (int i = 0; i < count; i++) {
                String time = time(i);
                String digest = new UUID(i, i).toString().replace("-", "");
                insert.setString(1, id(i));
                insert.setString(2, "image-" + i % NAMES);
                insert.setLong(3, 1_000_000L + i % 7919);
                insert.setString(4, time);
                insert.setString(5, time);
                insert.setString(6, i % 3 == 0 ? "raw" : "qcow2");
                insert.setString(7, digest);
                insert.setString(8, spread.owner(i));
                insert.setString(9, spread.visibility(i));
                insert.setString(10, digest.repeat(4));
                add(insert, i);
            }
            insert.executeBatch();
            database.commit();
        }
    }

    private static void properties(Connection database, int count) throws SQLException {
        try (PreparedStatement insert = database.prepareStatement("""
                INSERT INTO image_properties (image_id, name, value, created_at, updated_at, deleted)
                VALUES (?, ?, ?, ?, ?, FALSE)""")) {
            String[] names = {
                "rare", "common", "os_distro", "os_version", "architecture", "hw_disk_bus", "build", "description"
            };
            for (int i = 0; i < count; i++) {
                String[] values = {
                    "" + i % RARE_VALUES,
                    "" + i % 2,
                    "debian",
                    "" + i % 12,
                    "x86_64",
                    "virtio",
                    "build-" + i,
                    "An image"
                };
                for (int p = 0; p < names.length; p++) {
                    child(insert, i, names[p], values[p]);
                }
            }
            insert.executeBatch();
            database.commit();
        }
    }

    private static void tags(Connection database, int count) throws SQLException {
        try (PreparedStatement insert = database.prepareStatement(
                "INSERT INTO image_tags (image_id, value, created_at, updated_at, deleted) VALUES (?, ?, ?, ?, FALSE)")) {
            for (int i = 0; i < count; i++) {
                child(insert, i, "all");
                child(insert, i, "tag-" + i % 100);
            }
            insert.executeBatch();
            database.commit();
        }
    }

    private static void locations(Connection database, int count) throws SQLException {
        try (PreparedStatement insert = database.prepareStatement("""
                INSERT INTO image_locations (image_id, value, meta_data, status, created_at, updated_at, deleted)
                VALUES (?, ?, ?, 'active', ?, ?, FALSE)""")) {
            for (int i = 0; i < count; i++) {
                child(insert, i, "file:///images/" + id(i), "{\"store\":\"file\"}");
            }
            insert.executeBatch();
            database.commit();
        }
    }

    private static void members(Connection database, int count, Spread spread) throws SQLException {
        try (PreparedStatement insert = database.prepareStatement("""
                INSERT INTO image_members (image_id, member, can_share, status, created_at, updated_at, deleted)
                VALUES (?, ?, FALSE, 'accepted', ?, ?, FALSE)""")) {
            for (int i : IntStream.range(0, count)
                    .filter(i -> spread.visibility(i).equals("shared"))
                    .toArray()) {
                child(insert, i, spread.member(i));
            }
            insert.executeBatch();
            database.commit();
        }
    }

    /** One child row: the image's id, the values, and both times. */
    private static void child(PreparedStatement insert, int i, String... values) throws SQLException {
        int position = 0;
        insert.setString(++position, id(i));
        for (String value : values) {
            insert.setString(++position, value);
        }
        insert.setString(++position, time(i));
        insert.setString(++position, time(i));
        add(insert, i);
    }

    private static void add(PreparedStatement insert, int i) throws SQLException {
        insert.addBatch();
        if (i % BATCH == BATCH - 1) {
            insert.executeBatch();
        }
    }

    private static String time(int i) {
        return LocalDateTime.ofInstant(START.plusSeconds(i), ZoneOffset.UTC).format(TIME);
    }
}
