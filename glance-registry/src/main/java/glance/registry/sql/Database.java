package glance.registry.sql;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;
import com.zaxxer.hikari.pool.HikariPool.PoolInitializationException;
import glance.config.ConfigException;
import glance.error.GlanceException;
import glance.fault.FailPoint;
import glance.fault.FailPoints;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connections and transactions: one lambda is one transaction, committed when it returns, rolled back when it throws.
 * Thread-safe.
 *
 * <p>On an engine with one writer, writers of this process queue in a fair lock before they take a connection; so they
 * neither poll the engine's lock nor hold connections from readers. A transaction that meets another's lock, a deadlock or a
 * serialization failure is run again until patience is over; so is one that lost its connection, as {@link RetryConfig} says.
 * Whether a COMMIT without an answer counts is looked up in {@link CommitMarks}. What is wrong with the database or its host
 * becomes {@link GlanceException.Unavailable}, with the engine's words as the cause.
 */
final class Database implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Database.class);

    private final Dialect dialect;
    private final HikariDataSource pool;
    private final Jdbi jdbi;
    private final FailPoints failPoints;
    private final DatabaseConfig config;
    private final CommitMarks marks;

    private final ReentrantLock writer = new ReentrantLock(true);

    /** Statements of one transaction. */
    @FunctionalInterface
    interface Work<T> {
        T run(Handle handle) throws SQLException;
    }

    private Database(Dialect dialect, HikariDataSource pool, FailPoints failPoints, DatabaseConfig config) {
        this.dialect = dialect;
        this.pool = pool;
        this.jdbi = Jdbi.create(pool);
        this.failPoints = failPoints;
        this.config = config;
        this.marks = new CommitMarks(dialect);
    }

    /**
     * Opens the pool; a server that does not answer is tried again as {@link RetryConfig#connects} says.
     *
     * @throws ConfigException when the database cannot be opened at all
     */
    static Database open(DatabaseConfig config, Dialect dialect, FailPoints failPoints) {
        for (int attempt = 0; ; attempt++) {
            try {
                HikariConfig settings = dialect.pool(config);
                settings.setPoolName("glance-registry");
                settings.setConnectionTimeout(config.pool().patience().toMillis());
                return new Database(dialect, new HikariDataSource(settings), failPoints, config);
            } catch (PoolInitializationException e) {
                Throwable cause = e.getCause() == null ? e : e.getCause();
                int most = config.retries().connects();
                if (!(cause instanceof SQLException failure && dialect.isLost(failure)) || attempt == most) {
                    LOG.debug("database refused", e);
                    throw new ConfigException("the database "
                            + config.connection().location()
                            + " named by option connection in [database] cannot be opened: " + cause.getMessage());
                }
                LOG.warn(
                        "database does not answer, trying again location={} seconds={} reason={}",
                        config.connection().location(),
                        config.retries().connectInterval().toSeconds(),
                        cause.getMessage());
                Attempts.pause(config.retries().connectInterval());
            }
        }
    }

    /** Now. */
    PoolUse poolUse() {
        HikariPoolMXBean use = pool.getHikariPoolMXBean();
        return new PoolUse(use.getActiveConnections(), use.getIdleConnections(), use.getThreadsAwaitingConnection());
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
            return new MarkedWrite<>(work).run();
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
            if (!writer.tryLock(config.pool().patience().toMillis(), TimeUnit.MILLISECONDS)) {
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
        Attempts attempts = new Attempts(dialect, config);
        while (true) {
            try {
                return attempt.run();
            } catch (SQLException e) {
                if (dialect.isLost(e)) {
                    // The others lead to the same server.
                    pool.getHikariPoolMXBean().softEvictConnections();
                }
                if (!attempts.mayFollow(e)) {
                    throw translated(e);
                }
                LOG.debug("transaction is run again reason={}", e.getMessage());
            }
        }
    }

    /** One write that may lose its server at any instant. */
    private final class MarkedWrite<T> {
        private final Work<T> work;
        private final CommitMarks.Mark mark = marks.take();

        /** What the transaction came to whose COMMIT was sent and not answered. */
        private List<T> unanswered = List.of();

        MarkedWrite(Work<T> work) {
            this.work = work;
        }

        T run() {
            try {
                return retried(this::attempt);
            } catch (GlanceException.Unavailable e) {
                if (unanswered.isEmpty()) {
                    throw e;
                }
                throw new GlanceException.Unavailable(e.reason() + "; whether the change was recorded is unknown", e);
            } finally {
                // A mark that may still be written keeps its row to itself.
                if (unanswered.isEmpty()) {
                    marks.giveBack(mark);
                }
            }
        }

        private T attempt() throws SQLException {
            if (!unanswered.isEmpty()) {
                T result = unanswered.getFirst();
                boolean isCommitted = transaction(handle -> marks.isCommitted(handle, mark), true);
                LOG.info("commit without an answer was looked up committed={}", isCommitted);
                unanswered = List.of();
                if (isCommitted) {
                    return result;
                }
            }
            if (!CommitMarks.isKnown(mark)) {
                transaction(
                        handle -> {
                            CommitMarks.introduce(handle, mark);
                            return mark;
                        },
                        true);
                CommitMarks.introduced(mark);
            }
            return transaction(
                    handle -> {
                        T result = work.run(handle);
                        CommitMarks.leave(handle, mark);
                        return result;
                    },
                    true,
                    result -> unanswered = List.of(result));
        }
    }

    private <T> T transaction(Work<T> work, boolean writes) throws SQLException {
        return transaction(work, writes, result -> {});
    }

    /**
     * @param unanswered told the result when COMMIT was sent and the connection lost
     */
    private <T> T transaction(Work<T> work, boolean writes, Consumer<T> unanswered) throws SQLException {
        try (Handle handle = jdbi.open()) {
            Connection connection = handle.getConnection();
            boolean ended = false;
            try {
                dialect.begin(connection, writes);
                T result = work.run(handle);
                pass(FailPoint.REGISTRY_BEFORE_COMMIT, writes);
                commit(connection, () -> unanswered.accept(result));
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

    private void commit(Connection connection, Runnable unanswered) throws SQLException {
        try {
            dialect.commit(connection);
        } catch (SQLException e) {
            if (dialect.isLost(e)) {
                unanswered.run();
            }
            throw e;
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
    static RuntimeException unwrapped(RuntimeException failure) throws SQLException {
        for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql) {
                throw sql;
            }
        }
        return failure;
    }

    private RuntimeException translated(SQLException failure) {
        String outage = dialect.outage(failure);
        if (outage == null && failure instanceof SQLTransientConnectionException) {
            // The pool's: no connection became free, or none could be made.
            return new GlanceException.Unavailable("The metadata database is busy or does not answer", failure);
        }
        return outage == null
                ? new IllegalStateException("database statement failed", failure)
                : new GlanceException.Unavailable("The metadata database " + outage, failure);
    }

    @Override
    public void close() {
        pool.close();
    }
}
