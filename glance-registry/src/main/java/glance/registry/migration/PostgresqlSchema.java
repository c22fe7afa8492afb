package glance.registry.migration;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

/** PostgreSQL: a phase is one transaction under an advisory lock of the database. */
final class PostgresqlSchema extends SchemaEngine {
    /** "glance" in ASCII: the number of our lock among all users of advisory locks. */
    private static final long LOCK = 0x676c616e6365L;

    /** Error class of a lock that was not to be had in time. */
    private static final String LOCK_NOT_AVAILABLE = "55P03";

    @Override
    DdlTypes types() {
        return DdlTypes.POSTGRESQL;
    }

    @Override
    <T> T exclusively(Connection connection, Duration patience, Work<T> work) throws SQLException {
        Tables tables = new Tables(connection);
        connection.setAutoCommit(false);
        try {
            // Also bounds the wait for tables that a long transaction of a service holds.
            tables.execute("SET LOCAL lock_timeout = " + patience.toMillis());
            tables.texts("SELECT pg_advisory_xact_lock(" + LOCK + ")");
            T result = work.run();
            connection.commit();
            return result;
        } catch (SQLException e) {
            if (LOCK_NOT_AVAILABLE.equals(e.getSQLState())) {
                throw anotherRun();
            }
            throw e;
        } finally {
            // Nothing after a commit.
            connection.rollback();
            connection.setAutoCommit(true);
        }
    }

    @Override
    void createTypes(Tables tables) throws SQLException {
        if (!tables.isAny("SELECT 1 FROM pg_type WHERE typname = 'image_visibility'"
                + " AND typnamespace = CURRENT_SCHEMA()::regnamespace")) {
            for (String type : types().types()) {
                tables.execute(type);
            }
        }
    }

    @Override
    void dropIsPublic(Tables tables) throws SQLException {
        // Indexes and checks of a column go with it.
        tables.execute("ALTER TABLE images ALTER COLUMN visibility SET NOT NULL,"
                + " ALTER COLUMN visibility SET DEFAULT 'shared', DROP COLUMN is_public");
    }

    @Override
    String createOnline(String createIndex) {
        return createIndex.replaceFirst("CREATE INDEX", "CREATE INDEX CONCURRENTLY");
    }

    @Override
    String dropOnline(String index, String table) {
        return "DROP INDEX CONCURRENTLY " + index;
    }

    @Override
    boolean isBroken(Tables tables, String index) throws SQLException {
        return tables.isAny("""
                SELECT 1 FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
                WHERE c.relname = ? AND c.relnamespace = CURRENT_SCHEMA()::regnamespace AND NOT i.indisvalid""", index);
    }
}
