package glance.registry.sql;

import glance.auth.Secret;
import glance.config.ConfigException;
import glance.config.Configuration;
import glance.config.Option;
import glance.config.OptionGroup;
import glance.config.Section;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the metadata is and how it is kept.
 *
 * @param sqliteSynchronous whether a commit waits for the disk; false risks the database at a power failure
 * @param sqlMode MySQL's {@code sql_mode}; empty leaves the server's
 * @param wsrepSyncWait Galera's {@code wsrep_sync_wait}; null leaves the server's
 * @param metadataKey encrypts location URLs in the database; null keeps them as they are
 */
public record DatabaseConfig(
        DatabaseUrl connection,
        boolean sqliteSynchronous,
        PoolConfig pool,
        RetryConfig retries,
        String sqlMode,
        @Nullable Integer wsrepSyncWait,
        @Nullable Secret metadataKey) {
    private static final String USUAL_SQL_MODE = "TRADITIONAL";

    static final Option<String> CONNECTION = Option.text("connection")
            .secret()
            .formerly("DEFAULT", "sql_connection")
            .formerly("DATABASE", "sql_connection")
            .formerly("database", "sql_connection")
            .formerly("sql", "connection")
            .help("SQLAlchemy URL of the database: sqlite:////var/lib/glance/glance.sqlite,"
                    + " mysql+pymysql://user:password@host/glance or postgresql://user:password@host/glance.");
    static final Option<String> CONNECTION_PARAMETERS = Option.text("connection_parameters")
            .orElse("")
            .help("More parameters of that URL, as name=value&name=value.");
    static final Option<Boolean> SQLITE_SYNCHRONOUS = Option.flag("sqlite_synchronous")
            .orElse(true)
            .formerly("DEFAULT", "sqlite_synchronous")
            .help(
                    "Whether SQLite waits for the disk at each commit. Without it a power failure may cost the database.");
    static final Option<String> MYSQL_SQL_MODE = Option.text("mysql_sql_mode")
            .orElse(USUAL_SQL_MODE)
            .help("sql_mode of connections to MySQL and MariaDB; empty leaves the server's.");
    static final Option<Integer> MYSQL_WSREP_SYNC_WAIT = Option.integer("mysql_wsrep_sync_wait")
            .atLeast(0)
            .atMost(15)
            .help("wsrep_sync_wait of connections to a Galera cluster; unset leaves the server's.");
    static final Option<String> METADATA_KEY = Option.text("metadata_encryption_key")
            .secret()
            .help("AES key of 16, 24 or 32 bytes that encrypts location URLs in the database.");

    /** Section {@code database}. */
    public static final OptionGroup OPTIONS = new OptionGroup("database", "The metadata database.", options());

    private static List<Option<?>> options() {
        List<Option<?>> options = new ArrayList<>(
                List.of(CONNECTION, CONNECTION_PARAMETERS, SQLITE_SYNCHRONOUS, MYSQL_SQL_MODE, MYSQL_WSREP_SYNC_WAIT));
        options.addAll(PoolConfig.OPTIONS);
        options.addAll(RetryConfig.OPTIONS);
        return options;
    }

    /** The option that stands in {@code DEFAULT}. */
    public static final OptionGroup KEY_OPTIONS =
            new OptionGroup("DEFAULT", "Location URLs at rest.", List.of(METADATA_KEY));

    /**
     * @throws ConfigException when {@code sqlMode} is none
     */
    public DatabaseConfig {
        if (!sqlMode.matches("[A-Za-z0-9_, ]*")) {
            throw new ConfigException("option mysql_sql_mode in [database] is not usable: '" + sqlMode
                    + "' is no list of words, comma-separated");
        }
    }

    /**
     * @param fallback URL used when {@code connection} is not set
     * @throws ConfigException when the URL or the key is not usable
     */
    public static DatabaseConfig from(Configuration configuration, String fallback) {
        Section database = configuration.section(OPTIONS.section());
        String url = database.find(CONNECTION).orElse(fallback);
        String parameters = database.get(CONNECTION_PARAMETERS);
        Secret key = configuration
                .section(KEY_OPTIONS.section())
                .find(METADATA_KEY)
                .filter(text -> !text.isEmpty())
                .map(Secret::new)
                .orElse(null);
        return new DatabaseConfig(
                DatabaseUrl.parse(parameters.isEmpty() ? url : url + (url.contains("?") ? "&" : "?") + parameters),
                database.get(SQLITE_SYNCHRONOUS),
                PoolConfig.from(database),
                RetryConfig.from(database),
                database.get(MYSQL_SQL_MODE),
                database.find(MYSQL_WSREP_SYNC_WAIT).orElse(null),
                key);
    }

    /** A database with what holds when no option is set, without encryption. */
    public static DatabaseConfig of(DatabaseUrl connection) {
        return new DatabaseConfig(connection, true, PoolConfig.USUAL, RetryConfig.USUAL, USUAL_SQL_MODE, null, null);
    }

    /** A durable SQLite file without encryption. */
    public static DatabaseConfig sqlite(Path file) {
        return of(DatabaseUrl.sqlite(file.toString()));
    }

    /** The same with another pool. */
    public DatabaseConfig with(PoolConfig other) {
        return new DatabaseConfig(connection, sqliteSynchronous, other, retries, sqlMode, wsrepSyncWait, metadataKey);
    }

    /** The same with other retries. */
    public DatabaseConfig with(RetryConfig other) {
        return new DatabaseConfig(connection, sqliteSynchronous, pool, other, sqlMode, wsrepSyncWait, metadataKey);
    }

    /** The same with a key for location URLs. */
    public DatabaseConfig withKey(@Nullable Secret key) {
        return new DatabaseConfig(connection, sqliteSynchronous, pool, retries, sqlMode, wsrepSyncWait, key);
    }

    /**
     * Tries what needs no database.
     *
     * @throws glance.config.ConfigException when {@code metadata_encryption_key} is no key
     */
    public void requireUsable() {
        var _ = LocationText.of(metadataKey);
    }
}
