package glance.registry.sql;

import glance.auth.Secret;
import glance.config.Configuration;
import glance.config.Option;
import glance.config.OptionGroup;
import glance.config.Section;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the metadata is and how it is kept.
 *
 * @param sqliteSynchronous whether a commit waits for the disk; false risks the database at a power failure
 * @param metadataKey encrypts location URLs in the database; null keeps them as they are
 */
public record DatabaseConfig(
        DatabaseUrl connection,
        boolean sqliteSynchronous,
        @Nullable Secret metadataKey) {
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
    static final Option<String> METADATA_KEY = Option.text("metadata_encryption_key")
            .secret()
            .help("AES key of 16, 24 or 32 bytes that encrypts location URLs in the database.");

    /** Section {@code database}. */
    public static final OptionGroup OPTIONS =
            new OptionGroup("database", "The metadata database.", List.of(CONNECTION, SQLITE_SYNCHRONOUS));

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
        return new DatabaseConfig(DatabaseUrl.parse(url), database.get(SQLITE_SYNCHRONOUS), key);
    }

    /** A durable SQLite file without encryption. */
    public static DatabaseConfig sqlite(Path file) {
        return new DatabaseConfig(new DatabaseUrl(file.toString()), true, null);
    }
}
