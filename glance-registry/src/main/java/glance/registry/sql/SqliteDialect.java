package glance.registry.sql;

import com.zaxxer.hikari.HikariConfig;
import glance.config.ConfigException;
import glance.config.RootFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConfig.JournalMode;
import org.sqlite.SQLiteConfig.SynchronousMode;
import org.sqlite.SQLiteConfig.TempStore;
import org.sqlite.SQLiteDataSource;
import org.sqlite.SQLiteException;

/**
 * SQLite in WAL mode: readers see the last commit and never wait; writers take the lock at BEGIN, so that no transaction
 * fails half-way because it read before another wrote. Times are text as SQLAlchemy writes them.
 */
class SqliteDialect extends Dialect {
    /** How long the engine polls at a time for a lock another process holds. */
    private static final Duration BUSY_TIMEOUT = Duration.ofMillis(500);

    private static final int PAGE_CACHE_KIB = 16 * 1024;

    /** A write-ahead log that grew beyond this, under a long reader or a bulk load, is cut back to it. */
    private static final int MOST_IDLE_LOG_BYTES = 64 * 1024 * 1024;

    private final int few;

    SqliteDialect() {
        this(2000);
    }

    SqliteDialect(int few) {
        this.few = few;
    }

    @Override
    HikariConfig pool(DatabaseConfig config) {
        SQLiteConfig sqlite = new SQLiteConfig();
        sqlite.setJournalMode(JournalMode.WAL);
        sqlite.setSynchronous(config.sqliteSynchronous() ? SynchronousMode.FULL : SynchronousMode.OFF);
        sqlite.setBusyTimeout((int) BUSY_TIMEOUT.toMillis());
        sqlite.enforceForeignKeys(true);
        sqlite.setCacheSize(-PAGE_CACHE_KIB);
        sqlite.setTempStore(TempStore.MEMORY);
        sqlite.setJournalSizeLimit(MOST_IDLE_LOG_BYTES);
        SQLiteDataSource source = new SQLiteDataSource(sqlite);
        source.setUrl("jdbc:sqlite:" + config.connection().database());
        if (!config.connection().isInMemory()) {
            makeForService(Path.of(config.connection().database()));
        }
        HikariConfig pool = new HikariConfig();
        pool.setDataSource(source);
        // A database in memory lives in its connection.
        boolean inMemory = config.connection().isInMemory();
        int connections = inMemory ? 1 : config.pool().kept();
        pool.setMaximumPoolSize(connections);
        pool.setMinimumIdle(connections);
        pool.setIdleTimeout(0);
        pool.setMaxLifetime(0);
        return pool;
    }

    /** Makes the file where root does that for a service. What SQLite makes beside the file has the file's owner. */
    private static void makeForService(Path file) {
        if (Files.isRegularFile(file) && !Files.isWritable(file)) {
            throw new ConfigException(
                    "the database file " + file + " cannot be written by user " + System.getProperty("user.name"));
        }
        if (!RootFiles.isGuest(file)) {
            return;
        }
        if (Files.isSymbolicLink(file)) {
            throw new ConfigException("the database file " + file + " is a link, which root does not follow here");
        }
        if (Files.exists(file)) {
            return;
        }
        try {
            Files.createFile(file);
            RootFiles.giveToHost(file);
        } catch (IOException e) {
            throw new ConfigException("the database file " + file + " cannot be made: " + e.getMessage(), e);
        }
    }

    @Override
    boolean hasOneWriter() {
        return true;
    }

    @Override
    String begin(boolean writes) {
        return writes ? "BEGIN IMMEDIATE" : "BEGIN";
    }

    @Override
    String forUpdate() {
        return "";
    }

    @Override
    int few() {
        return few;
    }

    @Override
    String unindexed(String column) {
        return "+" + column;
    }

    @Override
    String equal(String column, int count) {
        return in(column, count);
    }

    @Override
    String sortTerm(String column, boolean ascending) {
        return ascending ? column : column + " DESC";
    }

    @Override
    String orUpdate(String key, String... updated) {
        List<String> assignments = new ArrayList<>();
        for (String column : updated) {
            assignments.add(column + " = excluded." + column);
        }
        return "ON CONFLICT (" + key + ") DO UPDATE SET " + String.join(", ", assignments);
    }

    @Override
    boolean isContention(SQLException failure) {
        return primaryName(failure).equals("BUSY") || primaryName(failure).equals("LOCKED");
    }

    @Override
    boolean isLost(SQLException failure) {
        return false;
    }

    @Override
    boolean isDuplicate(SQLException failure) {
        return failure instanceof SQLiteException sqlite
                && switch (sqlite.getResultCode()) {
                    case SQLITE_CONSTRAINT_PRIMARYKEY, SQLITE_CONSTRAINT_UNIQUE -> true;
                    default -> false;
                };
    }

    @Override
    @Nullable
    String outage(SQLException failure) {
        return switch (primaryName(failure)) {
            case "BUSY", "LOCKED" -> "is locked by another process";
            case "FULL" -> "has no room left on its disk";
            case "IOERR" -> "cannot be read or written";
            case "READONLY", "PERM", "AUTH" -> "is read-only";
            case "CANTOPEN" -> "cannot be opened";
            case "CORRUPT", "NOTADB" -> "is damaged";
            case "NOMEM" -> "is out of memory";
            default -> null;
        };
    }

    /** {@code IOERR} of {@code SQLITE_IOERR_FSYNC}; empty for other drivers' failures. */
    private static String primaryName(SQLException failure) {
        if (!(failure instanceof SQLiteException sqlite)) {
            return "";
        }
        String[] words = sqlite.getResultCode().name().toUpperCase(Locale.ROOT).split("_", 3);
        return words.length < 2 ? "" : words[1];
    }
}
