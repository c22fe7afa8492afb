package glance.registry.sql;

import glance.config.Option;
import glance.config.Section;
import java.time.Duration;
import java.util.List;

/**
 * How many connections there are and how long they last.
 *
 * @param kept connections that stay open while idle; on SQLite all there are
 * @param most connections at once
 * @param patience how long one call waits, for each of a connection, its turn to write, and other transactions' locks
 * @param recycle age at which a connection is replaced; zero is never
 */
public record PoolConfig(int kept, int most, Duration patience, Duration recycle) {
    /** What no limit comes to. */
    private static final int MOST_CONNECTIONS = 64;

    /** The pool refuses shorter lives. */
    private static final Duration SHORTEST_LIFE = Duration.ofSeconds(30);

    static final Option<Integer> MAX_POOL_SIZE = Option.integer("max_pool_size")
            .atLeast(0)
            .orElse(5)
            .formerly("DEFAULT", "sql_max_pool_size")
            .formerly("DATABASE", "sql_max_pool_size")
            .help("Database connections kept open; 0 means 64.");
    static final Option<Integer> MAX_OVERFLOW = Option.integer("max_overflow")
            .atLeast(-1)
            .orElse(50)
            .formerly("DEFAULT", "sql_max_overflow")
            .formerly("DATABASE", "sqlalchemy_max_overflow")
            .help("Connections to a database server beyond max_pool_size while they are needed; together at most 64.");
    static final Option<Integer> POOL_TIMEOUT = Option.integer("pool_timeout")
            .atLeast(1)
            .orElse(10)
            .formerly("DATABASE", "sqlalchemy_pool_timeout")
            .help("Seconds a request waits for the database to be free, or to be back, before it is answered 503.");
    static final Option<Integer> RECYCLE_TIME = Option.integer("connection_recycle_time")
            .atLeast(-1)
            .orElse(3600)
            .formerly("database", "idle_timeout")
            .formerly("DATABASE", "idle_timeout")
            .formerly("DEFAULT", "sql_idle_timeout")
            .formerly("DATABASE", "sql_idle_timeout")
            .formerly("sql", "idle_timeout")
            .help(
                    "Seconds after which a connection to a database server is replaced, at least 30; 0 and -1 are never.");

    static final List<Option<?>> OPTIONS = List.of(MAX_POOL_SIZE, MAX_OVERFLOW, POOL_TIMEOUT, RECYCLE_TIME);

    /** What holds when no option is set. */
    public static final PoolConfig USUAL = new PoolConfig(5, 55, Duration.ofSeconds(10), Duration.ofHours(1));

    static PoolConfig from(Section database) {
        int size = database.get(MAX_POOL_SIZE);
        int overflow = database.get(MAX_OVERFLOW);
        int kept = size == 0 ? MOST_CONNECTIONS : Math.min(size, MOST_CONNECTIONS);
        int most = overflow < 0 ? MOST_CONNECTIONS : Math.min(MOST_CONNECTIONS, kept + overflow);
        int recycle = database.get(RECYCLE_TIME);
        return new PoolConfig(
                kept,
                most,
                Duration.ofSeconds(database.get(POOL_TIMEOUT)),
                recycle <= 0 ? Duration.ZERO : Duration.ofSeconds(Math.max(recycle, SHORTEST_LIFE.toSeconds())));
    }
}
