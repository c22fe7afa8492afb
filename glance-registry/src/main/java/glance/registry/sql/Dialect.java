package glance.registry.sql;

import com.zaxxer.hikari.HikariConfig;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** What differs between database engines; everything else is one text for all. */
abstract class Dialect {
    /** The dialect a URL speaks. */
    static Dialect of(DatabaseUrl url) {
        return switch (url.engine()) {
            case SQLITE -> new SqliteDialect();
            case MYSQL -> new MysqlDialect();
            case POSTGRESQL -> new PostgresqlDialect();
        };
    }

    /** Connections of this engine to the configured database. */
    abstract HikariConfig pool(DatabaseConfig config);

    /** Whether the engine has one writer at a time, so that waiting is cheaper in a queue of ours than in the engine. */
    abstract boolean hasOneWriter();

    /** The statement that begins a transaction; one that does not write sees one snapshot throughout. */
    abstract String begin(boolean writes);

    // Transactions are statements: the SQLite driver's own commit() begins the next transaction at once, and so
    // would take the write lock again; the others' setAutoCommit costs a round trip of its own.
    final void begin(Connection connection, boolean writes) throws SQLException {
        execute(connection, begin(writes));
    }

    final void commit(Connection connection) throws SQLException {
        execute(connection, "COMMIT");
    }

    final void rollback(Connection connection) throws SQLException {
        execute(connection, "ROLLBACK");
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** What the engine's times are whole multiples of. */
    ChronoUnit precision() {
        return ChronoUnit.MICROS;
    }

    /** The value to bind for a time: text, which every engine reads, and no driver moves to another zone. */
    final Object time(Instant time) {
        return TimeText.format(time.truncatedTo(precision()));
    }

    final @Nullable Instant time(ResultSet row, int column) throws SQLException {
        String text = row.getString(column);
        return text == null ? null : TimeText.parse(text);
    }

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

    /** Follows a table's alias: rows are found by this index; empty for engines that need not be told. */
    String byIndex(String index) {
        return "";
    }

    /**
     * Ends a statement that wants so many of the rows an index finds, which holds them by {@code column}; empty where an engine
     * takes the index without being asked for its order.
     */
    String inIndexOrder(String column, long rows) {
        return "";
    }

    /** Whether a statement named an index that is not there. */
    boolean isMissingIndex(SQLException failure) {
        return false;
    }

    /**
     * The condition that a text column has exactly one of {@code count} values, case and trailing blanks included, in a form
     * that an index on the column answers. Its question marks are the values, as often as they fit in.
     */
    abstract String equal(String column, int count);

    /** As {@link #equal} with one value, for a column of unlimited length whose index may hold its beginning only. */
    String equalLong(String column) {
        return equal(column, 1);
    }

    /** Whether unique keys and sort orders take texts for equal that differ in case, accents or trailing blanks. */
    boolean hasLooseKeys() {
        return false;
    }

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

    /** The connection is of no more use, and the same transaction may succeed on another. */
    abstract boolean isLost(SQLException failure);

    /** A unique key was violated. */
    abstract boolean isDuplicate(SQLException failure);

    /** What is wrong with the database or its host, for the client; null when the statement itself is at fault. */
    abstract @Nullable String outage(SQLException failure);

    /** {@code column IN (?, …)}. */
    static String in(String column, int count) {
        return count == 1 ? column + " = ?" : column + " IN (" + "?, ".repeat(count - 1) + "?)";
    }
}
