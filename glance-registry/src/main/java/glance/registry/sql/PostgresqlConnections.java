package glance.registry.sql;

import com.zaxxer.hikari.HikariConfig;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What the parameters of a PostgreSQL URL mean to its JDBC driver. */
final class PostgresqlConnections {
    private static final Set<String> KNOWN = Set.of(
            "host",
            "port",
            "sslmode",
            "sslrootcert",
            "sslcert",
            "sslkey",
            "connect_timeout",
            "tcp_user_timeout",
            "application_name",
            "options",
            "target_session_attrs",
            // The driver speaks UTF-8 whatever is asked for, and the server converts.
            "client_encoding");

    /**
     * Joins of a few rows with all images by hash or merge read all images; with a kept list of others they compare each
     * with each. And what is right for one project or tag is wrong for another, so plans are made with the values known.
     */
    private static final String PAGES = """
            SET enable_hashjoin = off; SET enable_mergejoin = off; SET enable_material = off;
            SET plan_cache_mode = force_custom_plan""";

    private PostgresqlConnections() {}

    static HikariConfig pool(DatabaseConfig config) {
        ServerPool pool = new ServerPool(config);
        pool.set("connectTimeout", pool.connectMillis() / 1000);
        pool.set("socketTimeout", pool.answerSeconds());
        pool.set("tcpKeepAlive", true);
        // Text is sent without a type, which the server then takes from the column: times, and the enum of
        // visibilities.
        pool.set("stringtype", "unspecified");
        pool.set("reWriteBatchedInserts", true);
        pool.set("ApplicationName", "glance");
        pool.pass("application_name", "ApplicationName");
        pool.pass("options", "options");
        pool.pass("sslmode", "sslmode");
        pool.pass("sslrootcert", "sslrootcert");
        pool.pass("sslcert", "sslcert");
        pool.pass("sslkey", "sslkey");
        List<String> hosts = hosts(pool);
        if (hosts.size() > 1) {
            pool.set("targetServerType", "primary");
        }
        HikariConfig settings = pool.settings(
                "jdbc:postgresql://" + String.join(",", hosts) + "/"
                        + URLEncoder.encode(pool.url().database(), StandardCharsets.UTF_8),
                KNOWN);
        settings.setConnectionInitSql(PAGES);
        return settings;
    }

    /** {@code host:port} of every server: the URL's own, or those of its parameters, one or several of each. */
    private static List<String> hosts(ServerPool pool) {
        DatabaseUrl url = pool.url();
        List<String> hosts = new ArrayList<>();
        for (String list : url.query().getOrDefault("host", List.of())) {
            hosts.addAll(List.of(list.split(",", -1)));
        }
        if (hosts.isEmpty()) {
            hosts.add(url.host().isEmpty() ? "localhost" : url.host());
        }
        List<String> complete = new ArrayList<>();
        for (String host : hosts) {
            if (host.startsWith("/")) {
                throw pool.refused("host", "a socket's directory, which this build cannot use; name host and port");
            }
            boolean hasPort = host.matches("[^:]+:\\d+|\\[.*]:\\d+");
            String bracketed = !hasPort && host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host;
            complete.add(hasPort ? bracketed : bracketed + ":" + url.port());
        }
        return complete;
    }
}
