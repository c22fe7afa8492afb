package glance.registry.migration;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * MySQL and MariaDB: DDL commits by itself, so phases are made of steps that look before they act, under a named lock of the
 * server. That lock does not reach across the nodes of a Galera cluster: there glance-manage is pointed at one node.
 */
final class MysqlSchema extends SchemaEngine {
    /** Per database; lock names have 64 characters at most. */
    private static final String LOCK = "CONCAT('glance_schema_', MD5(DATABASE()))";

    @Override
    DdlTypes types() {
        return DdlTypes.MYSQL;
    }

    @Override
    <T> T exclusively(Connection connection, Duration patience, Work<T> work) throws SQLException {
        Tables tables = new Tables(connection);
        if (!tables.texts("SELECT GET_LOCK(" + LOCK + ", ?)", patience.toSeconds())
                .contains("1")) {
            throw anotherRun();
        }
        try {
            return work.run();
        } finally {
            tables.texts("SELECT RELEASE_LOCK(" + LOCK + ")");
        }
    }

    @Override
    void createTypes(Tables tables) {
        // An ENUM is written in its column.
    }

    @Override
    void dropIsPublic(Tables tables) throws SQLException {
        // Upstream's expansion to Ocata installs them, for services of two releases at once.
        tables.execute("DROP TRIGGER IF EXISTS insert_visibility");
        tables.execute("DROP TRIGGER IF EXISTS update_visibility");
        List<String> changes = new ArrayList<>();
        changes.add(types().render("MODIFY visibility {visibility} NOT NULL DEFAULT 'shared'"));
        for (String check : tables.texts("""
                SELECT c.constraint_name FROM information_schema.check_constraints c
                JOIN information_schema.table_constraints t
                    ON t.constraint_schema = c.constraint_schema AND t.constraint_name = c.constraint_name
                WHERE t.table_schema = DATABASE() AND t.table_name = 'images' AND c.check_clause LIKE '%is_public%'""")) {
            // A check within a column goes with it and bears the column's name.
            if (!check.equals("is_public")) {
                changes.add("DROP CONSTRAINT " + check);
            }
        }
        for (Map.Entry<String, List<String>> index : tables.indexes("images").entrySet()) {
            if (index.getValue().contains("is_public")) {
                changes.add("DROP INDEX " + index.getKey());
            }
        }
        changes.add("DROP COLUMN is_public");
        tables.execute("ALTER TABLE images " + String.join(", ", changes));
    }

    @Override
    String createOnline(String createIndex) {
        return createIndex + " ALGORITHM=INPLACE LOCK=NONE";
    }

    @Override
    String dropOnline(String index, String table) {
        return "ALTER TABLE " + table + " DROP INDEX " + index + ", ALGORITHM=INPLACE, LOCK=NONE";
    }

    @Override
    boolean isBroken(Tables tables, String index) {
        return false;
    }
}
