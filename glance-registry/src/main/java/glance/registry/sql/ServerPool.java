package glance.registry.sql;

import com.zaxxer.hikari.HikariConfig;
import glance.auth.Secret;
import glance.config.ConfigException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the pool settings of a database server from the parameters of its URL. One use; a parameter that was asked for is
 * known, all others are told in the log and mean nothing.
 */
final class ServerPool {
    private static final Logger LOG = LoggerFactory.getLogger(ServerPool.class);

    /** Seconds until a server that takes no connection counts as away. */
    private static final int USUAL_CONNECT_TIMEOUT = 10;

    /** Seconds until a server that gives no answer counts as away. */
    static final int USUAL_ANSWER_TIMEOUT = 60;

    /** After which idle connections beyond those kept are closed. */
    private static final Duration IDLE_OVERFLOW = Duration.ofSeconds(30);

    private final DatabaseConfig config;
    private final DatabaseUrl url;
    private final Properties driver = new Properties();

    ServerPool(DatabaseConfig config) {
        this.config = config;
        this.url = config.connection();
    }

    DatabaseUrl url() {
        return url;
    }

    /** Hands an option to the driver. */
    void set(String property, Object value) {
        driver.setProperty(property, String.valueOf(value));
    }

    /** Hands a parameter of the URL to the driver under the driver's name, when it is given. */
    void pass(String parameter, String property) {
        String value = text(parameter);
        if (value != null) {
            set(property, value);
        }
    }

    /** The last value of a parameter of the URL. */
    @Nullable
    String text(String parameter) {
        List<String> values = url.query().getOrDefault(parameter, List.of());
        return values.isEmpty() ? null : values.getLast();
    }

    /**
     * @throws ConfigException when it is neither true nor false
     */
    boolean flag(String parameter, boolean usual) {
        String value = text(parameter);
        return switch (value == null ? "" : value.toLowerCase(Locale.ROOT)) {
            case "" -> usual;
            case "true", "1", "yes", "on" -> true;
            case "false", "0", "no", "off" -> false;
            default -> throw refused(parameter, "neither true nor false");
        };
    }

    /**
     * Seconds as milliseconds.
     *
     * @throws ConfigException when it is no number
     */
    int millis(String parameter, int usualSeconds) {
        String value = text(parameter);
        if (value == null) {
            return usualSeconds * 1000;
        }
        if (!value.matches("\\d{1,6}")) {
            throw refused(parameter, "no number of seconds up to 999999");
        }
        return Integer.parseInt(value) * 1000;
    }

    /** The time to connect, in milliseconds. */
    int connectMillis() {
        return millis("connect_timeout", USUAL_CONNECT_TIMEOUT);
    }

    /** How long an answer may take, in seconds: libpq's name for it, whose unit is milliseconds. */
    int answerSeconds() {
        String value = text("tcp_user_timeout");
        if (value == null) {
            return USUAL_ANSWER_TIMEOUT;
        }
        if (!value.matches("\\d{1,9}")) {
            throw refused("tcp_user_timeout", "no number of milliseconds");
        }
        return (Integer.parseInt(value) + 999) / 1000;
    }

    ConfigException refused(String parameter, String why) {
        return new ConfigException("option connection in [database] is not usable: its parameter " + parameter + "='"
                + text(parameter) + "' is " + why);
    }

    /**
     * @param jdbcUrl host and database in the driver's form
     * @param known the parameters that were passed on, and those that mean nothing here
     */
    HikariConfig settings(String jdbcUrl, Set<String> known) {
        for (String parameter : url.query().keySet()) {
            if (!known.contains(parameter)) {
                LOG.warn("parameter of the database URL is unknown and ignored name={}", parameter);
            }
        }
        HikariConfig pool = new HikariConfig();
        pool.setJdbcUrl(jdbcUrl);
        Secret password = url.password();
        pool.setUsername(url.user());
        pool.setPassword(password == null ? "" : password.reveal());
        pool.setDataSourceProperties(driver);
        pool.setMaximumPoolSize(config.pool().most());
        pool.setMinimumIdle(config.pool().kept());
        if (config.pool().kept() < config.pool().most()) {
            pool.setIdleTimeout(IDLE_OVERFLOW.toMillis());
        }
        pool.setMaxLifetime(config.pool().recycle().toMillis());
        return pool;
    }
}
