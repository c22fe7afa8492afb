package glance.registry.sql;

import glance.auth.Secret;
import glance.config.ConfigException;
import glance.registry.migration.DdlTypes;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The database named by an SQLAlchemy URL. {@code toString} shows no password.
 *
 * @param user empty when the URL names none
 * @param host empty when the URL names none; an IPv6 address without brackets
 * @param port the engine's usual one when the URL names none; 0 for SQLite
 * @param database its name on a server; for SQLite the file's path as given, relative to the working directory, or
 *     {@code :memory:} for one in memory
 * @param query options in the order given, by name; a name may have several values
 */
public record DatabaseUrl(
        Engine engine,
        String user,
        @Nullable Secret password,
        String host,
        int port,
        String database,
        Map<String, List<String>> query) {
    private static final String IN_MEMORY = ":memory:";

    /** {@code engine[+driver]://[user[:password]@][host][:port][/database][?query]}, as SQLAlchemy divides it. */
    private static final Pattern FORM = Pattern.compile("(?<engine>\\w+)(?:\\+\\w+)?://"
            + "(?:(?<user>[^:/]*)(?::(?<password>[^@]*))?@)?"
            + "(?:\\[(?<ipv6>[^/?]+)]|(?<host>[^/:?]+))?(?::(?<port>[^/?]*))?"
            + "(?:/(?<database>[^?]*))?(?:\\?(?<query>.*))?");

    private static final Pattern CODES = Pattern.compile("(?:%[0-9A-Fa-f]{2})+");

    /** A family of databases with one dialect. */
    public enum Engine {
        SQLITE,
        MYSQL,
        POSTGRESQL;

        /** How it writes a schema. */
        public DdlTypes ddl() {
            return switch (this) {
                case SQLITE -> DdlTypes.SQLITE;
                case MYSQL -> DdlTypes.MYSQL;
                case POSTGRESQL -> DdlTypes.POSTGRESQL;
            };
        }

        private int usualPort() {
            return switch (this) {
                case SQLITE -> 0;
                case MYSQL -> 3306;
                case POSTGRESQL -> 5432;
            };
        }

        private static Engine named(String name) {
            return switch (name.toLowerCase(Locale.ROOT)) {
                case "sqlite" -> SQLITE;
                case "mysql", "mariadb" -> MYSQL;
                case "postgresql", "postgres" -> POSTGRESQL;
                default -> throw refused("its dialect '" + name + "' is unknown");
            };
        }
    }

    public DatabaseUrl {
        query = Map.copyOf(query);
    }

    /**
     * Reads the URL forms of upstream's option; the driver after {@code +} means nothing here. User, password and query
     * are percent-decoded.
     *
     * @throws ConfigException for anything else; the message holds no password
     */
    public static DatabaseUrl parse(String text) {
        Matcher parts = FORM.matcher(text);
        if (!text.contains("://")) {
            throw refused("it has no '://'");
        }
        if (!parts.matches()) {
            throw refused("its parts cannot be told apart");
        }
        Engine engine = Engine.named(parts.group("engine"));
        Map<String, List<String>> query = query(part(parts, "query"));
        if (engine == Engine.SQLITE) {
            return file(parts, query);
        }
        String host = part(parts, "ipv6").isEmpty() ? part(parts, "host") : part(parts, "ipv6");
        if (host.contains("@")) {
            throw refused("it has two '@'; one that belongs to the password is written %40");
        }
        String database = part(parts, "database");
        if (database.isEmpty()) {
            throw refused("it names no database");
        }
        String password = parts.group("password");
        return new DatabaseUrl(
                engine,
                decoded(part(parts, "user")),
                password == null ? null : new Secret(decoded(password)),
                host,
                port(part(parts, "port"), engine.usualPort()),
                database,
                query);
    }

    /** The database in a file. */
    public static DatabaseUrl sqlite(String file) {
        return new DatabaseUrl(Engine.SQLITE, "", null, "", 0, file, Map.of());
    }

    private static DatabaseUrl file(Matcher parts, Map<String, List<String>> query) {
        if (!part(parts, "host").isEmpty() || !part(parts, "user").isEmpty()) {
            throw refused("an SQLite URL has no host; a relative file has three slashes, an absolute one four");
        }
        String file = part(parts, "database");
        return new DatabaseUrl(Engine.SQLITE, "", null, "", 0, file.isEmpty() ? IN_MEMORY : file, query);
    }

    /** Whether the data ends with the process. */
    public boolean isInMemory() {
        return engine == Engine.SQLITE && database.equals(IN_MEMORY);
    }

    /** Where the database is, for people: the file, or {@code host:port/name}. */
    public String location() {
        return engine == Engine.SQLITE
                ? database
                : (host.contains(":") ? "[" + host + "]" : host) + ":" + port + "/" + database;
    }

    @Override
    public String toString() {
        return engine.name().toLowerCase(Locale.ROOT) + "://" + location();
    }

    private static String part(Matcher parts, String name) {
        String part = parts.group(name);
        return part == null ? "" : part;
    }

    private static int port(String text, int usual) {
        if (text.isEmpty()) {
            return usual;
        }
        if (!text.matches("\\d{1,5}") || Integer.parseInt(text) > 65535 || Integer.parseInt(text) == 0) {
            throw refused("its port '" + text + "' is no number from 1 to 65535");
        }
        return Integer.parseInt(text);
    }

    private static Map<String, List<String>> query(String text) {
        Map<String, List<String>> query = new LinkedHashMap<>();
        for (String pair : text.split("&", -1)) {
            int sign = pair.indexOf('=');
            if (sign > 0) {
                String value = decoded(pair.substring(sign + 1).replace("+", "%20"));
                query.computeIfAbsent(decoded(pair.substring(0, sign)), name -> new ArrayList<>())
                        .add(value);
            }
        }
        return query;
    }

    /** Percent-decoded; a plus sign, and a percent sign that begins no code, stand for themselves, as in Python. */
    private static String decoded(String text) {
        return CODES.matcher(text)
                .replaceAll(
                        codes -> Matcher.quoteReplacement(URLDecoder.decode(codes.group(), StandardCharsets.UTF_8)));
    }

    private static ConfigException refused(String why) {
        return new ConfigException("option connection in [database] is not usable: " + why
                + "; accepted: sqlite:///relative/file, sqlite:////absolute/file, sqlite://,"
                + " mysql+pymysql://user:password@host/database, postgresql://user:password@host/database");
    }
}
