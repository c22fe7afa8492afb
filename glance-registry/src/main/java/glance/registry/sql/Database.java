package glance.registry.sql;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool.PoolInitializationException;
import glance.config.ConfigException;
import glance.error.GlanceException;
import glance.fault.FailPoint;
import glance.fault.FailPoints;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connections and transactions: one lambda is one transaction, committed when it returns, rolled back when it throws.
 * Thread-safe.
 *
 * <p>On an engine with one writer, writers of this process queue in a fair lock before they take a connection; so they
 * neither poll the engine's lock nor hold connections from readers. A transaction that meets another process's lock is
 * run again until patience is over. What is wrong with the database or its host becomes {@link
 * GlanceException.Unavailable}, with the engine's words as the cause.
 */
final class Database implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Database.class);

    private final Dialect dialect;
    private final HikariDataSource pool;
    private final Jdbi jdbi;
    private final FailPoints failPoints;

    /** How long a call waits, for each of connection, turn and lock. */
    private final Duration patience;

    private final ReentrantLock writer = new ReentrantLock(true);

    /** Statements of one transaction. */
    @FunctionalInterface
    interface Work<T> {
        T run(Handle handle) throws SQLException;
    }

    private Database(Dialect dialect, HikariDataSource pool, FailPoints failPoints, Duration patience) {
        this.dialect = dialect;
        this.pool = pool;
        this.jdbi = Jdbi.create(pool);
        this.failPoints = failPoints;
        this.patience = patience;
    }

    /**
     * @throws ConfigException when the database cannot be opened at all
     */
    static Database open(DatabaseConfig config, Dialect dialect, FailPoints failPoints) {
        HikariConfig settings = dialect.pool(config);
        settings.setPoolName("glance-registry");
        settings.setConnectionTimeout(config.patience().toMillis());
        try {
            return new Database(dialect, new HikariDataSource(settings), failPoints, config.patience());
        } catch (PoolInitializationException e) {
            LOG.debug("database refused", e);
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new ConfigException("the database " + config.connection().location()
                    + " named by option connection in [database] cannot be opened: " + cause.getMessage());
        }
    }

    Dialect dialect() {
        return dialect;
    }

    /** One snapshot; writes are a programming error. */
    <T> T read(Work<T> work) {
        return retried(() -> transaction(work, false));
    }

    <T> T write(Work<T> work) {
        if (!dialect.hasOneWriter()) {
            return retried(() -> transaction(work, true));
        }
        takeTurn();
        try {
            return retried(() -> transaction(work, true));
        } finally {
            writer.unlock();
        }
    }

    /** Work that makes its own transactions: changes of the schema. */
    <T> T outsideTransactions(Work<T> work) {
        try (Handle handle = jdbi.open()) {
            return work.run(handle);
        } catch (SQLException e) {
            throw translated(e);
        }
    }

    private void takeTurn() {
        try {
            if (!writer.tryLock(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new GlanceException.Unavailable("The metadata database is busy");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new GlanceException.Unavailable("Interrupted while waiting for the metadata database", e);
        }
    }

    /** A transaction as an attempt that may fail for reasons of the engine. */
    private interface Attempt<T> {
        T run() throws SQLException;
    }

    private <T> T retried(Attempt<T> attempt) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (true) {
            try {
                return attempt.run();
            } catch (SQLException e) {
                if (!dialect.isContention(e) || System.nanoTime() > deadline) {
                    throw translated(e);
                }
                LOG.debug("transaction met another process's lock and is run again");
            }
        }
    }

    private <T> T transaction(Work<T> work, boolean writes) throws SQLException {
        try (Handle handle = jdbi.open()) {
            Connection connection = handle.getConnection();
            dialect.begin(connection, writes);
            boolean ended = false;
            try {
                T result = work.run(handle);
                pass(FailPoint.REGISTRY_BEFORE_COMMIT, writes);
                dialect.commit(connection);
                ended = true;
                pass(FailPoint.REGISTRY_AFTER_COMMIT, writes);
                return result;
            } finally {
                if (!ended) {
                    abandon(connection);
                }
            }
        } catch (RuntimeException e) {
            throw e instanceof GlanceException ? e : unwrapped(e);
        }
    }

    /** Rolls back; a connection that cannot is thrown away, and the failure that led here stays the one reported. */
    private void abandon(Connection connection) {
        try {
            dialect.rollback(connection);
        } catch (SQLException e) {
            // SQLite has rolled back by itself after a full disk or an I/O error.
            LOG.debug("rollback refused", e);
            pool.evictConnection(connection);
        }
    }

    private void pass(FailPoint point, boolean writes) {
        if (!writes) {
            return;
        }
        try {
            failPoints.pass(point);
        } catch (IOException e) {
            throw new GlanceException.Unavailable("The metadata database failed", e);
        }
    }

    /** JDBI wraps what the driver throws. */
    private static RuntimeException unwrapped(RuntimeException failure) throws SQLException {
        for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql) {
                throw sql;
            }
        }
        return failure;
    }

    private RuntimeException translated(SQLException failure) {
        if (failure instanceof SQLTransientConnectionException) {
            return new GlanceException.Unavailable("The metadata database is busy", failure);
        }
        String outage = dialect.outage(failure);
        return outage == null
                ? new IllegalStateException("database statement failed", failure)
                : new GlanceException.Unavailable("The metadata database " + outage, failure);
    }

    @Override
    public void close() {
        pool.close();
    }
}
