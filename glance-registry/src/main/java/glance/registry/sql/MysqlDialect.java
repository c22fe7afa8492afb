package glance.registry.sql;

import com.zaxxer.hikari.HikariConfig;
import java.sql.SQLException;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * MySQL and MariaDB with InnoDB, by MariaDB's driver.
 *
 * <p>Upstream's columns have a collation that takes no notice of case, accents and trailing blanks, and times in whole
 * seconds. Equality is made exact here by a second comparison of bytes; unique keys and sort orders stay the collation's.
 */
class MysqlDialect extends ServerDialect {
    MysqlDialect() {}

    MysqlDialect(int few) {
        super(few);
    }

    @Override
    HikariConfig pool(DatabaseConfig config) {
        return MysqlConnections.pool(config);
    }

    @Override
    String begin(boolean writes) {
        // The default isolation, REPEATABLE READ: a snapshot begins at the first plain SELECT, which a write makes
        // only after it has locked the image's row.
        return writes ? "START TRANSACTION" : "START TRANSACTION READ ONLY";
    }

    @Override
    ChronoUnit precision() {
        return ChronoUnit.SECONDS;
    }

    @Override
    String equal(String column, int count) {
        // Operators convert tables to other character sets; the bytes to compare are those of the connection's.
        return "(" + in(column, count) + " AND " + in("CAST(CONVERT(" + column + " USING utf8mb4) AS BINARY)", count)
                + ")";
    }

    @Override
    String byIndex(String index) {
        // From the equalities alone it would read an index from its beginning to the marker, however far that is.
        return " FORCE INDEX (" + index + ")";
    }

    @Override
    boolean isMissingIndex(SQLException failure) {
        return failure.getErrorCode() == 1176;
    }

    @Override
    boolean hasLooseKeys() {
        return true;
    }

    @Override
    String sortTerm(String column, boolean ascending) {
        return ascending ? column : column + " DESC";
    }

    @Override
    String orUpdate(String key, String... updated) {
        return Arrays.stream(updated)
                .map(column -> column + " = VALUES(" + column + ")")
                .collect(Collectors.joining(", ", "ON DUPLICATE KEY UPDATE ", ""));
    }

    @Override
    boolean isContention(SQLException failure) {
        return switch (failure.getErrorCode()) {
            // Lock wait timeout, deadlock (Galera's refused commit too), record changed since the snapshot.
            case 1205, 1213, 1020 -> true;
            default -> false;
        };
    }

    @Override
    boolean isLost(SQLException failure) {
        return switch (failure.getErrorCode()) {
            // A server that became read-only or left its cluster was failed over: its successor is at the same address.
            case 1290, 1792, 1836, 1047, 1053, 1077, 1152, 1927 -> true;
            default -> state(failure).startsWith("08");
        };
    }

    private static String state(SQLException failure) {
        return String.valueOf(failure.getSQLState()).toUpperCase(Locale.ROOT);
    }

    @Override
    boolean isDuplicate(SQLException failure) {
        return failure.getErrorCode() == 1062;
    }

    @Override
    @Nullable
    String outage(SQLException failure) {
        return switch (failure.getErrorCode()) {
            case 1205, 1213, 1020 -> "is busy";
            case 1021, 1114 -> "has no room left on its disk";
            case 1290, 1792, 1836 -> "is read-only";
            case 1040, 1203, 1226 -> "has no connection left";
            case 1047 -> "is not ready";
            case 1053, 1077, 1152, 1927 -> "does not answer";
            case 1317, 1969, 3024 -> "did not answer in time";
            default -> state(failure).startsWith("08") ? "does not answer" : null;
        };
    }
}
