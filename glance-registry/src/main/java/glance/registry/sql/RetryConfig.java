package glance.registry.sql;

import glance.config.Option;
import glance.config.Section;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is tried again when a database server does not answer.
 *
 * @param connects how often the first connection is tried again; -1 is without end
 * @param connectInterval time between those
 * @param losses how often a transaction that lost its connection is run again; -1 without end; null for as long as the
 *     pool's patience lasts
 * @param interval time before the first of those
 * @param growing whether that time doubles
 * @param longest what it grows to
 */
public record RetryConfig(
        int connects,
        Duration connectInterval,
        @Nullable Integer losses,
        Duration interval,
        boolean growing,
        Duration longest) {
    static final Option<Integer> MAX_RETRIES = Option.integer("max_retries")
            .atLeast(-1)
            .orElse(10)
            .formerly("DEFAULT", "sql_max_retries")
            .formerly("DATABASE", "sql_max_retries")
            .help("How often the first connection to a database server is tried again at start; -1 is without end.");
    static final Option<Integer> RETRY_INTERVAL = Option.integer("retry_interval")
            .atLeast(0)
            .orElse(10)
            .formerly("DEFAULT", "sql_retry_interval")
            .formerly("DATABASE", "reconnect_interval")
            .help("Seconds between those.");
    static final Option<Boolean> USE_DB_RECONNECT = Option.flag("use_db_reconnect")
            .orElse(false)
            .help("Whether a transaction that lost its connection is run again as the next four options say,"
                    + " and not for pool_timeout seconds.");
    static final Option<Integer> DB_RETRY_INTERVAL = Option.integer("db_retry_interval")
            .atLeast(0)
            .orElse(1)
            .help("Seconds before a transaction that lost its connection is run again.");
    static final Option<Boolean> DB_INC_RETRY_INTERVAL =
            Option.flag("db_inc_retry_interval").orElse(true).help("Whether that time doubles with each try.");
    static final Option<Integer> DB_MAX_RETRY_INTERVAL =
            Option.integer("db_max_retry_interval").atLeast(0).orElse(10).help("Seconds that time grows to.");
    static final Option<Integer> DB_MAX_RETRIES = Option.integer("db_max_retries")
            .atLeast(-1)
            .orElse(20)
            .help("How often such a transaction is run again; -1 is without end.");

    static final List<Option<?>> OPTIONS = List.of(
            MAX_RETRIES,
            RETRY_INTERVAL,
            USE_DB_RECONNECT,
            DB_RETRY_INTERVAL,
            DB_INC_RETRY_INTERVAL,
            DB_MAX_RETRY_INTERVAL,
            DB_MAX_RETRIES);

    /** What holds when no option is set. */
    public static final RetryConfig USUAL =
            new RetryConfig(10, Duration.ofSeconds(10), null, Duration.ofMillis(100), true, Duration.ofSeconds(1));

    static RetryConfig from(Section database) {
        int connects = database.get(MAX_RETRIES);
        Duration connectInterval = Duration.ofSeconds(database.get(RETRY_INTERVAL));
        if (!database.get(USE_DB_RECONNECT)) {
            return new RetryConfig(connects, connectInterval, null, USUAL.interval, USUAL.growing, USUAL.longest);
        }
        return new RetryConfig(
                connects,
                connectInterval,
                database.get(DB_MAX_RETRIES),
                Duration.ofSeconds(database.get(DB_RETRY_INTERVAL)),
                database.get(DB_INC_RETRY_INTERVAL),
                Duration.ofSeconds(database.get(DB_MAX_RETRY_INTERVAL)));
    }
}
