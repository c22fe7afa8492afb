package glance.registry.sql;

import com.zaxxer.hikari.HikariConfig;
import glance.registry.migration.DdlTypes;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What differs between database engines; everything else is one text for all. */
abstract class Dialect {
    /** Type words of the schema. */
    abstract DdlTypes ddl();

    /** Connections of this engine to the configured database. */
    abstract HikariConfig pool(DatabaseConfig config);

    /** Whether the engine has one writer at a time, so that waiting is cheaper in a queue of ours than in the engine. */
    abstract boolean hasOneWriter();

    abstract void begin(Connection connection, boolean writes) throws SQLException;

    abstract void commit(Connection connection) throws SQLException;

    abstract void rollback(Connection connection) throws SQLException;

    /** The value to bind for a time, which is UTC and whole microseconds. */
    abstract Object time(Instant time);

    abstract @Nullable Instant time(ResultSet row, int column) throws SQLException;

    /** Ends a SELECT by primary key so that nobody else changes the row before this transaction ends. */
    abstract String forUpdate();

    /**
     * Up to how many rows are better found by a filter's index and sorted than met while walking in sort order. With N
     * images and pages of n, m such rows cost m, walking costs n·N/m.
     */
    abstract int few();

    /**
     * The same value in a form that no index answers, where the engine lacks the statistics to choose well by itself;
     * else the column unchanged.
     */
    abstract String unindexed(String column);

    /** A sort term with NULL lowest. */
    abstract String sortTerm(String column, boolean ascending);

    /**
     * The end of an INSERT that turns it into an update of the row with the same key.
     *
     * @param key columns of the unique key
     * @param updated columns that take the value of the refused row
     */
    abstract String orUpdate(String key, String... updated);

    /** Another writer is in the way and the same transaction may succeed now. */
    abstract boolean isContention(SQLException failure);

    /** A unique key was violated. */
    abstract boolean isDuplicate(SQLException failure);

    /** What is wrong with the database or its host, for the client; null when the statement itself is at fault. */
    abstract @Nullable String outage(SQLException failure);
}
