package glance.registry.sql;

import glance.auth.Secret;
import glance.config.Configuration;
import glance.config.Option;
import glance.config.OptionGroup;
import glance.config.Section;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the metadata is and how it is kept.
 *
 * @param sqliteSynchronous whether a commit waits for the disk; false risks the database at a power failure
 * @param connections at once: readers and, where the engine has one, the writer
 * @param patience how long one call waits for a connection, its turn to write, and other processes' locks
 * @param metadataKey encrypts location URLs in the database; null keeps them as they are
 */
public record DatabaseConfig(
        DatabaseUrl connection,
        boolean sqliteSynchronous,
        int connections,
        Duration patience,
        @Nullable Secret metadataKey) {
    /** What {@code max_pool_size = 0}, no limit, comes to. */
    private static final int MOST_CONNECTIONS = 64;

    static final Option<String> CONNECTION = Option.text("connection")
            .secret()
            .formerly("DEFAULT", "sql_connection")
            .formerly("DATABASE", "sql_connection")
            .formerly("sql", "connection")
            .help("SQLAlchemy URL of the database, e.g. sqlite:////var/lib/glance/glance.sqlite.");
    static final Option<Boolean> SQLITE_SYNCHRONOUS = Option.flag("sqlite_synchronous")
            .orElse(true)
            .formerly("DEFAULT", "sqlite_synchronous")
            .help(
                    "Whether SQLite waits for the disk at each commit. Without it a power failure may cost the database.");
    static final Option<Integer> MAX_POOL_SIZE = Option.integer("max_pool_size")
            .atLeast(0)
            .orElse(5)
            .formerly("DEFAULT", "sql_max_pool_size")
            .formerly("DATABASE", "sql_max_pool_size")
            .help("Database connections kept open; 0 means 64.");
    static final Option<Integer> POOL_TIMEOUT = Option.integer("pool_timeout")
            .atLeast(1)
            .orElse(10)
            .formerly("DATABASE", "sqlalchemy_pool_timeout")
            .help("Seconds a request waits for the database to be free before it is answered 503.");
    static final Option<String> METADATA_KEY = Option.text("metadata_encryption_key")
            .secret()
            .help("AES key of 16, 24 or 32 bytes that encrypts location URLs in the database.");

    /** Section {@code database}. */
    public static final OptionGroup OPTIONS = new OptionGroup(
            "database", "The metadata database.", List.of(CONNECTION, SQLITE_SYNCHRONOUS, MAX_POOL_SIZE, POOL_TIMEOUT));

    /** The option that stands in {@code DEFAULT}. */
    public static final OptionGroup KEY_OPTIONS =
            new OptionGroup("DEFAULT", "Location URLs at rest.", List.of(METADATA_KEY));

    /**
     * @param fallback URL used when {@code connection} is not set
     * @throws glance.config.ConfigException when the URL or the key is not usable
     */
    public static DatabaseConfig from(Configuration configuration, String fallback) {
        Section database = configuration.section(OPTIONS.section());
        String url = database.find(CONNECTION).orElse(fallback);
        Secret key = configuration
                .section(KEY_OPTIONS.section())
                .find(METADATA_KEY)
                .filter(text -> !text.isEmpty())
                .map(Secret::new)
                .orElse(null);
        int connections = database.get(MAX_POOL_SIZE);
        return new DatabaseConfig(
                DatabaseUrl.parse(url),
                database.get(SQLITE_SYNCHRONOUS),
                connections == 0 ? MOST_CONNECTIONS : Math.min(connections, MOST_CONNECTIONS),
                Duration.ofSeconds(database.get(POOL_TIMEOUT)),
                key);
    }

    /** A durable SQLite file without encryption. */
    public static DatabaseConfig sqlite(Path file) {
        return new DatabaseConfig(DatabaseUrl.sqlite(file.toString()), true, 5, Duration.ofSeconds(10), null);
    }
}
