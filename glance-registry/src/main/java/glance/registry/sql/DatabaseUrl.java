package glance.registry.sql;

import glance.config.ConfigException;
import java.util.Locale;
import java.util.Set;

/**
 * The database named by an SQLAlchemy URL. {@code toString} shows no password.
 *
 * @param database file path as given, relative to the working directory; {@code :memory:} for one in memory
 */
public record DatabaseUrl(String database) {
    private static final String IN_MEMORY = ":memory:";
    private static final Set<String> SERVERS = Set.of("mysql", "mariadb", "postgresql", "postgres");

    /**
     * Reads {@code sqlite:///relative}, {@code sqlite:////absolute}, {@code sqlite://} and {@code sqlite:///:memory:}; a
     * driver after {@code +} and a query are accepted and mean nothing here.
     *
     * @throws ConfigException for anything else; the message holds no password
     */
    public static DatabaseUrl parse(String text) {
        int colon = text.indexOf("://");
        if (colon < 0) {
            throw refused("it has no '://'");
        }
        String dialect = text.substring(0, colon).toLowerCase(Locale.ROOT);
        String engine = dialect.contains("+") ? dialect.substring(0, dialect.indexOf('+')) : dialect;
        if (SERVERS.contains(engine)) {
            throw refused("it names a " + engine + " server, and this build serves SQLite only");
        }
        if (!engine.equals("sqlite")) {
            throw refused("its dialect '" + engine + "' is unknown");
        }
        String rest = text.substring(colon + "://".length());
        String path = rest.contains("?") ? rest.substring(0, rest.indexOf('?')) : rest;
        if (path.isEmpty() || path.equals("/") || path.equals("/" + IN_MEMORY)) {
            return new DatabaseUrl(IN_MEMORY);
        }
        if (!path.startsWith("/")) {
            throw refused("an SQLite URL has no host; a relative file has three slashes, an absolute one four");
        }
        return new DatabaseUrl(path.substring(1));
    }

    /** Whether the data ends with the process. */
    public boolean isInMemory() {
        return database.equals(IN_MEMORY);
    }

    private static ConfigException refused(String why) {
        return new ConfigException("option connection in [database] is not usable: " + why
                + "; accepted: sqlite:///relative/file, sqlite:////absolute/file, sqlite://");
    }
}
