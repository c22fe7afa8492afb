package glance.registry.migration;

import glance.config.ConfigException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.sqlite.SQLiteException;

/** SQLite: a phase is one transaction, whose write lock is the lock between processes. */
final class SqliteSchema extends SchemaEngine {
    private static final String REBUILT = "glancejvm_images_rebuilt";

    @Override
    DdlTypes types() {
        return DdlTypes.SQLITE;
    }

    @Override
    <T> T exclusively(Connection connection, Duration patience, Work<T> work) throws SQLException {
        Tables tables = new Tables(connection);
        String timeout = tables.texts("PRAGMA busy_timeout").getFirst();
        String keys = tables.texts("PRAGMA foreign_keys").getFirst();
        tables.execute("PRAGMA busy_timeout = " + patience.toMillis());
        // Rebuilding a table drops it while others refer to it; the setting cannot change inside a transaction.
        tables.execute("PRAGMA foreign_keys = OFF");
        try {
            return transaction(tables, work);
        } finally {
            tables.execute("PRAGMA foreign_keys = " + keys);
            tables.execute("PRAGMA busy_timeout = " + timeout);
        }
    }

    private static <T> T transaction(Tables tables, Work<T> work) throws SQLException {
        begin(tables);
        boolean done = false;
        try {
            T result = work.run();
            tables.execute("COMMIT");
            done = true;
            return result;
        } finally {
            if (!done) {
                tables.execute("ROLLBACK");
            }
        }
    }

    private static void begin(Tables tables) throws SQLException {
        try {
            tables.execute("BEGIN IMMEDIATE");
        } catch (SQLiteException busy) {
            if (busy.getResultCode().name().startsWith("SQLITE_BUSY")) {
                throw anotherRun();
            }
            throw busy;
        }
    }

    @Override
    void createTypes(Tables tables) {
        // Names of types mean nothing to SQLite.
    }

    /** SQLite changes no column: the table is built anew and the rows are copied. */
    @Override
    void dropIsPublic(Tables tables) throws SQLException {
        Set<String> columns = new LinkedHashSet<>(tables.columns("images"));
        columns.remove("is_public");
        List<String> indexes = tables.texts("""
                SELECT sql FROM sqlite_master
                WHERE type = 'index' AND tbl_name = 'images' AND sql IS NOT NULL AND sql NOT LIKE '%is_public%'""");
        String create = types().render(SchemaScript.UPSTREAM.statement("images").sql());
        tables.execute(create.replaceFirst("CREATE TABLE images", "CREATE TABLE " + REBUILT));
        Set<String> foreign = new LinkedHashSet<>(columns);
        foreign.removeAll(tables.columns(REBUILT));
        if (!foreign.isEmpty()) {
            throw new ConfigException("the table images has columns this release does not know: "
                    + String.join(", ", foreign) + "; nothing was changed");
        }
        String list = String.join(", ", columns);
        tables.execute("INSERT INTO " + REBUILT + " (" + list + ") SELECT " + list + " FROM images");
        tables.execute("DROP TABLE images");
        tables.execute("ALTER TABLE " + REBUILT + " RENAME TO images");
        for (String index : indexes) {
            tables.execute(index);
        }
    }

    @Override
    String createOnline(String createIndex) {
        return createIndex;
    }

    @Override
    String dropOnline(String index, String table) {
        return "DROP INDEX " + index;
    }

    @Override
    boolean isBroken(Tables tables, String index) {
        return false;
    }
}
