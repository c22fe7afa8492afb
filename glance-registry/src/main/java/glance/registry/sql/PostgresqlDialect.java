package glance.registry.sql;

import com.zaxxer.hikari.HikariConfig;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** PostgreSQL. Text is compared exactly; NULL is highest unless a sort term says otherwise. */
class PostgresqlDialect extends ServerDialect {
    PostgresqlDialect() {}

    PostgresqlDialect(int few) {
        super(few);
    }

    @Override
    HikariConfig pool(DatabaseConfig config) {
        return PostgresqlConnections.pool(config);
    }

    @Override
    String begin(boolean writes) {
        // A write reads under the lock of its image's row, and there wants the newest state, not a snapshot's.
        return writes ? "BEGIN ISOLATION LEVEL READ COMMITTED" : "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
    }

    @Override
    String inIndexOrder(String column, long rows) {
        // Of what many rows match it would rather read the table until it has met enough. Asked for many more in order
        // it
        // sorts all of them, which is worse: measured with a million images.
        return rows <= few() ? " ORDER BY " + column : "";
    }

    @Override
    String equal(String column, int count) {
        return in(column, count);
    }

    @Override
    String equalLong(String column) {
        return "(left(" + column + ", 255) = left(?, 255) AND " + column + " = ?)";
    }

    @Override
    String sortTerm(String column, boolean ascending) {
        return ascending ? column + " NULLS FIRST" : column + " DESC NULLS LAST";
    }

    @Override
    String orUpdate(String key, String... updated) {
        return Arrays.stream(updated)
                .map(column -> column + " = excluded." + column)
                .collect(Collectors.joining(", ", "ON CONFLICT (" + key + ") DO UPDATE SET ", ""));
    }

    @Override
    boolean isContention(SQLException failure) {
        return switch (state(failure)) {
            // Serialization failure, deadlock, lock not available.
            case "40001", "40P01", "55P03" -> true;
            default -> false;
        };
    }

    @Override
    boolean isLost(SQLException failure) {
        return switch (state(failure)) {
            // A server that became read-only was failed over: its successor is at the same address.
            case "25006", "57P01", "57P02", "57P03", "57P05" -> true;
            default -> state(failure).startsWith("08");
        };
    }

    @Override
    boolean isDuplicate(SQLException failure) {
        return state(failure).equals("23505");
    }

    @Override
    @Nullable
    String outage(SQLException failure) {
        String state = state(failure);
        return switch (state) {
            case "40001", "40P01", "55P03" -> "is busy";
            case "25006" -> "is read-only";
            case "53100" -> "has no room left on its disk";
            case "53200" -> "is out of memory";
            case "53300" -> "has no connection left";
            case "57014" -> "did not answer in time";
            case "57P01", "57P02", "57P03", "57P05" -> "does not answer";
            case "58030", "XX001", "XX002" -> "cannot be read or written";
            default -> state.startsWith("08") ? "does not answer" : null;
        };
    }

    private static String state(SQLException failure) {
        return String.valueOf(failure.getSQLState());
    }
}
