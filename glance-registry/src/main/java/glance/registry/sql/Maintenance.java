package glance.registry.sql;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool.PoolInitializationException;
import glance.config.ConfigException;
import glance.registry.migration.Migration;
import glance.registry.migration.OwnIndexes;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;

/**
 * One connection for an operator's commands: without limits of time, since a change of the schema takes what it takes. One
 * thread; closing it closes the connection.
 */
public final class Maintenance implements AutoCloseable {
    private final HikariDataSource pool;
    private final Connection connection;
    private final Dialect dialect;

    private Maintenance(HikariDataSource pool, Dialect dialect) throws SQLException {
        this.pool = pool;
        this.dialect = dialect;
        this.connection = pool.getConnection();
        if (!dialect.hasOneWriter()) {
            // Milliseconds of silence until the driver gives up; 0 is none. The executor serves an abort alone.
            connection.setNetworkTimeout(Runnable::run, 0);
        }
    }

    /**
     * Opens the database; creates nothing but the file of SQLite's.
     *
     * @throws ConfigException when it cannot be opened
     */
    public static Maintenance open(DatabaseConfig config) throws SQLException {
        Dialect dialect = Dialect.of(config.connection());
        HikariConfig settings = dialect.pool(config);
        settings.setPoolName("glance-manage");
        settings.setMaximumPoolSize(1);
        settings.setMinimumIdle(1);
        settings.setIdleTimeout(0);
        settings.setMaxLifetime(0);
        settings.setConnectionTimeout(config.pool().patience().toMillis());
        try {
            return new Maintenance(new HikariDataSource(settings), dialect);
        } catch (PoolInitializationException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new ConfigException(
                    "the database " + config.connection().location()
                            + " named by option connection in [database] cannot be opened: " + cause.getMessage(),
                    e);
        }
    }

    /** The connection itself, in auto-commit mode. */
    Connection connection() {
        return connection;
    }

    /** The schema's phases. */
    public Migration migration() throws SQLException {
        return Migration.on(connection);
    }

    /** Our own indexes on upstream's tables. */
    public OwnIndexes indexes() throws SQLException {
        return OwnIndexes.on(connection);
    }

    /** Removal of what was deleted long ago. */
    public Purge purge(InstantSource clock) {
        return new Purge(connection, dialect, clock);
    }

    /** Metadata definitions, whole namespaces at a time. */
    public MetadefTables metadefs(InstantSource clock) {
        return new MetadefTables(connection, dialect, clock);
    }

    /** Whether data of this image waits for the scrubber, which may still bring it back. */
    public boolean awaitsScrub(String image) throws SQLException {
        String sql = """
                SELECT i.id FROM images i
                WHERE i.id = ? AND (i.status = 'pending_delete' OR i.status <> 'deleted' AND EXISTS (
                    SELECT 1 FROM image_locations l WHERE l.image_id = i.id AND l.status = 'pending_delete'))""";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, image);
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next();
            }
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
        pool.close();
    }
}
