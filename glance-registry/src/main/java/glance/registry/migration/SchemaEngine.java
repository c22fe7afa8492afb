package glance.registry.migration;

import glance.error.GlanceException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Locale;

/** How one engine changes a schema that may be in use. Stateless. */
abstract sealed class SchemaEngine permits SqliteSchema, MysqlSchema, PostgresqlSchema {
    /** A change, or a look before one. */
    @FunctionalInterface
    interface Work<T> {
        T run() throws SQLException;
    }

    static SchemaEngine of(Connection connection) throws SQLException {
        String product = connection.getMetaData().getDatabaseProductName().toLowerCase(Locale.ROOT);
        return switch (product) {
            case "sqlite" -> new SqliteSchema();
            case "mysql", "mariadb" -> new MysqlSchema();
            case "postgresql" -> new PostgresqlSchema();
            default -> throw new IllegalArgumentException("no engine of ours: " + product);
        };
    }

    abstract DdlTypes types();

    /**
     * Runs work that no other process runs on the same database meanwhile. Where DDL is transactional it is one
     * transaction; elsewhere what a kill leaves half-done is completed by the next run.
     *
     * @param patience how long to wait for another process
     * @throws GlanceException.Unavailable when that is over
     */
    abstract <T> T exclusively(Connection connection, Duration patience, Work<T> work) throws SQLException;

    /**
     * The same for one index that is added or removed while services read and write, which some engines do in no
     * transaction.
     */
    <T> T online(Connection connection, Duration patience, Work<T> work) throws SQLException {
        return exclusively(connection, patience, work);
    }

    /** Creates types the tables need, where they are missing. */
    abstract void createTypes(Tables tables) throws SQLException;

    /** Makes {@code images.visibility} what it is since Ocata and drops {@code images.is_public} with its indexes. */
    abstract void dropIsPublic(Tables tables) throws SQLException;

    /** The statement that adds an index while others read and write. */
    abstract String createOnline(String createIndex);

    abstract String dropOnline(String index, String table);

    /** Whether an index is there but of no use, after its creation was cut. */
    abstract boolean isBroken(Tables tables, String index) throws SQLException;

    static GlanceException.Unavailable anotherRun() {
        return new GlanceException.Unavailable(
                "Another glance-manage is changing the schema of this database and has not ended in time");
    }
}
