package glance.registry.migration;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** PostgreSQL: a phase is one transaction under an advisory lock of the database. */
final class PostgresqlSchema extends SchemaEngine {
    /** "glance" in ASCII: the number of our lock among all users of advisory locks. */
    private static final long LOCK = 0x676c616e6365L;

    private static final Duration POLL = Duration.ofMillis(100);

    @Override
    DdlTypes types() {
        return DdlTypes.POSTGRESQL;
    }

    @Override
    <T> T exclusively(Connection connection, Duration patience, Work<T> work) throws SQLException {
        return online(connection, patience, () -> transaction(connection, patience, work));
    }

    private static <T> T transaction(Connection connection, Duration patience, Work<T> work) throws SQLException {
        Tables tables = new Tables(connection);
        connection.setAutoCommit(false);
        try {
            // Bounds the wait for tables that a long transaction of a service holds.
            tables.execute("SET LOCAL lock_timeout = " + patience.toMillis());
            T result = work.run();
            connection.commit();
            return result;
        } finally {
            // Nothing after a commit.
            connection.rollback();
            connection.setAutoCommit(true);
        }
    }

    /**
     * By asking again and again: who waits inside a statement holds a snapshot, and an index added concurrently waits for
     * all of those.
     */
    @Override
    <T> T online(Connection connection, Duration patience, Work<T> work) throws SQLException {
        Tables tables = new Tables(connection);
        long deadline = System.nanoTime() + patience.toNanos();
        while (!tables.texts("SELECT pg_try_advisory_lock(" + LOCK + ")").contains("t")) {
            if (System.nanoTime() > deadline) {
                throw anotherRun();
            }
            LockSupport.parkNanos(POLL.toNanos());
        }
        try {
            return work.run();
        } finally {
            tables.texts("SELECT pg_advisory_unlock(" + LOCK + ")");
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
