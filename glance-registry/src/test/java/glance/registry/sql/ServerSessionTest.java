package glance.registry.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariConfig;
import glance.config.ConfigException;
import glance.fault.FailPoints;
import glance.testkit.database.DatabaseServer;
import glance.testkit.database.DatabaseServer.Kind;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a connection is like once it stands: encryption, modes, limits. */
class ServerSessionTest {
    @ParameterizedTest
    @CsvSource({
        "MARIADB, '', false",
        "MARIADB, ?ssl_ca=CA, true",
        "MARIADB, ?ssl_ca=CA&ssl_check_hostname=false, true",
        "POSTGRESQL, ?sslmode=disable, false",
        "POSTGRESQL, ?sslmode=require, true",
        "POSTGRESQL, ?sslmode=verify-full&sslrootcert=CA, true"
    })
    void connectionIsEncryptedWhenItsUrlAsks(Kind kind, String query, boolean encrypted) {
        DatabaseServer server = DatabaseServer.shared(kind);
        String url = server.freshUrl() + query.replace("CA", server.fact("CA"));
        String cipher = kind == Kind.MARIADB
                ? "SELECT variable_value FROM information_schema.session_status WHERE variable_name = 'Ssl_cipher'"
                : "SELECT COALESCE(cipher, '') FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
        assertThat(one(url, cipher).isEmpty()).isEqualTo(!encrypted);
    }

    @ParameterizedTest
    @EnumSource
    void serverOfAnotherAuthorityIsRefused(Kind kind) {
        String url = DatabaseServer.shared(kind).freshUrl();
        // A certificate, but not the server's authority.
        String other = DatabaseServer.shared(kind == Kind.MARIADB ? Kind.POSTGRESQL : Kind.MARIADB)
                .fact("CA");
        String query = kind == Kind.MARIADB ? "?ssl_ca=" + other : "?sslmode=verify-full&sslrootcert=" + other;
        RetryConfig once = new RetryConfig(0, Duration.ZERO, 0, Duration.ZERO, false, Duration.ZERO);
        DatabaseConfig config = ServerDatabases.config(url + query).with(once);
        assertThatThrownBy(() -> Database.open(config, Dialect.of(config.connection()), FailPoints.INERT))
                .isInstanceOf(ConfigException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ssl_cert=/c", "ssl_capath=/d", "ssl_ca=/c&ssl_verify_cert=maybe", "connect_timeout=soon"})
    void parameterThatCannotBeHonouredIsRefusedByName(String query) {
        assertThatThrownBy(() -> new MysqlDialect().pool(ServerDatabases.config("mysql://u:s3cret@h/g?" + query)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(query.replaceAll(".*&|=.*", ""))
                .hasMessageNotContaining("s3cret");
    }

    @Test
    void modeOfMysqlIsTheOneConfigured() {
        assertThat(one(DatabaseServer.shared(Kind.MARIADB).freshUrl(), "SELECT @@sql_mode"))
                .contains("TRADITIONAL")
                .contains("STRICT_ALL_TABLES");
    }

    @ParameterizedTest
    @ValueSource(strings = {"mysql://u:p@h/g", "postgresql://u:p@h/g"})
    void poolIsAsLargeAndOldAsConfigured(String url) {
        PoolConfig pool = new PoolConfig(3, 9, Duration.ofSeconds(4), Duration.ofSeconds(280));
        DatabaseConfig config = ServerDatabases.config(url).with(pool);
        HikariConfig settings = Dialect.of(config.connection()).pool(config);
        assertThat(settings.getMinimumIdle()).isEqualTo(3);
        assertThat(settings.getMaximumPoolSize()).isEqualTo(9);
        assertThat(settings.getMaxLifetime()).isEqualTo(280_000);
    }

    private static String one(String url, String query) {
        DatabaseConfig config = ServerDatabases.config(url);
        try (Database database = Database.open(config, Dialect.of(config.connection()), FailPoints.INERT)) {
            return database.read(
                    handle -> handle.createQuery(query).mapTo(String.class).one());
        }
    }
}
