package glance.registry.sql;

import com.zaxxer.hikari.HikariConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What the parameters of a MySQL URL mean to MariaDB's driver. */
final class MysqlConnections {
    private static final Set<String> KNOWN = Set.of(
            "unix_socket",
            "ssl_ca",
            "ssl_verify_cert",
            "ssl_verify_identity",
            "ssl_check_hostname",
            "connect_timeout",
            "read_timeout",
            "init_command",
            // The driver speaks utf8mb4 whatever is asked for, and the server converts to the columns' character set.
            "charset",
            // Meant for upstream's libraries alone.
            "use_unicode",
            "binary_prefix",
            "plugin",
            "write_timeout");

    private MysqlConnections() {}

    static HikariConfig pool(DatabaseConfig config) {
        ServerPool pool = new ServerPool(config);
        DatabaseUrl url = pool.url();
        pool.set("connectTimeout", pool.connectMillis());
        pool.set("socketTimeout", pool.millis("read_timeout", ServerPool.USUAL_ANSWER_TIMEOUT));
        pool.pass("unix_socket", "localSocket");
        tls(pool);
        // As upstream's driver does: MySQL 8's usual authentication asks for it on connections without TLS.
        pool.set("allowPublicKeyRetrieval", true);
        pool.set("sessionVariables", sessionVariables(config));
        String host = url.host().isEmpty() ? "localhost" : url.host();
        HikariConfig settings = pool.settings(
                "jdbc:mariadb://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + url.port() + "/"
                        + url.database(),
                KNOWN);
        settings.setTransactionIsolation("TRANSACTION_REPEATABLE_READ");
        settings.setConnectionInitSql(pool.text("init_command"));
        return settings;
    }

    private static String sessionVariables(DatabaseConfig config) {
        // Both begin by collecting all rows of a condition, where the statements here want the first few in order.
        List<String> variables = new ArrayList<>(List.of("optimizer_switch='index_merge=off,materialization=off'"));
        if (!config.sqlMode().isEmpty()) {
            variables.add("sql_mode='" + config.sqlMode() + "'");
        }
        if (config.wsrepSyncWait() != null) {
            variables.add("wsrep_sync_wait=" + config.wsrepSyncWait());
        }
        return String.join(",", variables);
    }

    /** TLS only when the URL asks for it: the driver's own default asks always. */
    private static void tls(ServerPool pool) {
        for (String parameter : List.of("ssl_cert", "ssl_key", "ssl_capath")) {
            if (pool.text(parameter) != null) {
                throw pool.refused(parameter, "not supported; ssl_ca is");
            }
        }
        String authority = pool.text("ssl_ca");
        if (authority == null) {
            pool.set("sslMode", "disable");
            return;
        }
        boolean checksName = pool.flag("ssl_check_hostname", pool.flag("ssl_verify_identity", true));
        boolean verifies = pool.flag("ssl_verify_cert", true);
        pool.set("sslMode", !verifies ? "trust" : checksName ? "verify-full" : "verify-ca");
        pool.set("serverSslCert", authority);
    }
}
