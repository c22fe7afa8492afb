package glance.testkit.database;

import static glance.testkit.database.Engine.execute;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Databases as older releases leave them: made from one of the newest schema, without indexes of ours, by undoing each later
 * step; and rows of those days.
 */
public final class OldSchema {
    private static final String COMMON = " created_at, deleted) VALUES (";

    private OldSchema() {}

    /** Head {@code train_contract01}: without the cache tables and the columns Wallaby gave tasks. */
    public static void train(Engine engine, String url) throws SQLException {
        List<String> steps = new ArrayList<>(List.of("DROP TABLE cached_images", "DROP TABLE node_reference"));
        steps.add(dropIndex(engine, "ix_tasks_image_id", "tasks"));
        for (String column : List.of("image_id", "request_id", "user_id")) {
            steps.add("ALTER TABLE tasks DROP COLUMN " + column);
        }
        steps.add("DROP TABLE glancejvm_data_intents");
        execute(url, steps.toArray(String[]::new));
        stamp(url, "train_contract01");
    }

    /** Head {@code liberty}: {@code is_public} instead of {@code visibility}, nothing of Rocky's, artifacts. */
    public static void liberty(Engine engine, String url) throws SQLException {
        train(engine, url);
        List<String> steps = new ArrayList<>();
        for (String index : List.of(
                "created_at_image_idx",
                "updated_at_image_idx",
                "visibility_image_idx",
                "os_hidden_image_idx",
                "os_hash_value_image_idx")) {
            steps.add(dropIndex(engine, index, "images"));
        }
        if (engine == Engine.MARIADB) {
            steps.add("ALTER TABLE images DROP CONSTRAINT CONSTRAINT_3, DROP COLUMN os_hidden");
        } else {
            steps.add("ALTER TABLE images DROP COLUMN os_hidden");
        }
        for (String column : List.of("visibility", "os_hash_algo", "os_hash_value")) {
            steps.add("ALTER TABLE images DROP COLUMN " + column);
        }
        if (engine == Engine.POSTGRESQL) {
            steps.add("DROP TYPE image_visibility");
        }
        steps.add("ALTER TABLE images ADD COLUMN is_public BOOLEAN DEFAULT "
                + (engine == Engine.POSTGRESQL ? "false" : "0") + " NOT NULL"
                + (engine == Engine.SQLITE ? " CHECK (is_public IN (0, 1))" : ""));
        if (engine == Engine.MARIADB) {
            steps.add("ALTER TABLE images ADD CONSTRAINT CHECK (is_public IN (0, 1))");
        }
        steps.add("CREATE INDEX ix_images_is_public ON images (is_public)");
        steps.add("CREATE TABLE artifacts (id VARCHAR(36) PRIMARY KEY)");
        steps.add("CREATE TABLE artifact_tags"
                + " (id VARCHAR(36) PRIMARY KEY, artifact_id VARCHAR(36) REFERENCES artifacts (id))");
        execute(url, steps.toArray(String[]::new));
        stamp(url, "liberty");
    }

    private static String dropIndex(Engine engine, String index, String table) {
        return "DROP INDEX " + index + (engine == Engine.MARIADB ? " ON " + table : "");
    }

    /** Writes revisions as if they had been reached. */
    public static void stamp(String url, String... revisions) throws SQLException {
        execute(url, "DELETE FROM alembic_version");
        for (String revision : revisions) {
            execute(url, "INSERT INTO alembic_version VALUES ('" + revision + "')");
        }
    }

    public static String image(String id, String status) {
        return "INSERT INTO images (id, status, min_disk, min_ram," + COMMON + "'" + id + "', '" + status
                + "', 0, 0, '2019-01-01 00:00:00', '0')";
    }

    public static String publicImage(String id, boolean isPublic) {
        return "INSERT INTO images (id, status, min_disk, min_ram, is_public," + COMMON + "'" + id
                + "', 'queued', 0, 0, '" + (isPublic ? 1 : 0) + "', '2015-01-01 00:00:00', '0')";
    }

    public static String location(String image, String url, String metadata) {
        return "INSERT INTO image_locations (image_id, value, meta_data, status," + COMMON + "'" + image + "', '" + url
                + "', '" + metadata + "', 'active', '2019-01-01 00:00:00', '0')";
    }

    public static String member(String image, String member, boolean deleted) {
        return "INSERT INTO image_members (image_id, member, can_share," + COMMON + "'" + image + "', '" + member
                + "', '0', '2015-01-01 00:00:00', '" + (deleted ? 1 : 0) + "')";
    }
}
