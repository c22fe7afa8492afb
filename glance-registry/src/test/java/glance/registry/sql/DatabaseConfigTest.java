package glance.registry.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import glance.auth.Secret;
import glance.config.ConfigException;
import glance.config.ConfigurationFiles;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DatabaseConfigTest {
    private ConfigurationFiles files = ConfigurationFiles.of(List.of(), Map.of(), List.of());

    @Test
    void defaultsAreDurableAndPlain() {
        assertThat(read()).isEqualTo(DatabaseConfig.of(DatabaseUrl.sqlite("/default.db")));
        assertThat(DatabaseConfig.sqlite(Path.of("/default.db"))).isEqualTo(read());
        assertThat(read().pool()).isEqualTo(new PoolConfig(5, 55, Duration.ofSeconds(10), Duration.ofHours(1)));
        assertThat(read().retries().connects()).isEqualTo(10);
        assertThat(read().retries().losses()).isNull();
    }

    @Test
    void everyOptionIsRead() {
        set("database", "connection", "mysql://u:p@h/g?charset=utf8");
        set("database", "connection_parameters", "read_timeout=5&plugin=dbcounter");
        set("database", "sqlite_synchronous", "false");
        set("database", "max_pool_size", "7");
        set("database", "max_overflow", "3");
        set("database", "pool_timeout", "3");
        set("database", "connection_recycle_time", "280");
        set("database", "max_retries", "-1");
        set("database", "retry_interval", "2");
        set("database", "use_db_reconnect", "true");
        set("database", "db_retry_interval", "3");
        set("database", "db_inc_retry_interval", "false");
        set("database", "db_max_retry_interval", "4");
        set("database", "db_max_retries", "5");
        set("database", "mysql_sql_mode", "ANSI,TRADITIONAL");
        set("database", "mysql_wsrep_sync_wait", "1");
        set("DEFAULT", "metadata_encryption_key", "0123456789abcdef");
        assertThat(read())
                .isEqualTo(new DatabaseConfig(
                        DatabaseUrl.parse("mysql://u:p@h/g?charset=utf8&read_timeout=5&plugin=dbcounter"),
                        false,
                        new PoolConfig(7, 10, Duration.ofSeconds(3), Duration.ofSeconds(280)),
                        new RetryConfig(
                                -1, Duration.ofSeconds(2), 5, Duration.ofSeconds(3), false, Duration.ofSeconds(4)),
                        "ANSI,TRADITIONAL",
                        1,
                        new Secret("0123456789abcdef")));
        assertThat(read().toString()).doesNotContain("0123456789abcdef");
    }

    @Test
    void limitsOfThePoolAreBounded() {
        set("database", "max_pool_size", "0");
        set("database", "max_overflow", "-1");
        set("database", "connection_recycle_time", "1");
        assertThat(read().pool()).isEqualTo(new PoolConfig(64, 64, Duration.ofSeconds(10), Duration.ofSeconds(30)));
        set("database", "connection_recycle_time", "-1");
        assertThat(read().pool().recycle()).isZero();
    }

    @Test
    void sqlModeIsWordsAlone() {
        set("database", "mysql_sql_mode", "x'; DROP TABLE images");
        assertThatThrownBy(this::read).isInstanceOf(ConfigException.class).hasMessageContaining("mysql_sql_mode");
    }

    @ParameterizedTest
    @CsvSource({"DEFAULT, sql_connection", "DATABASE, sql_connection", "sql, connection"})
    void formerNamesOfTheConnectionAreRead(String section, String option) {
        set(section, option, "sqlite:////old.db");
        assertThat(read().connection().database()).isEqualTo("/old.db");
    }

    @Test
    void unusableUrlNamesTheOption() {
        set("database", "connection", "oracle://u:p@h/glance");
        assertThatThrownBy(this::read).isInstanceOf(ConfigException.class).hasMessageContaining("connection");
    }

    private void set(String section, String option, String text) {
        files = files.withValue(section, option, text);
    }

    private DatabaseConfig read() {
        return DatabaseConfig.from(
                files.load(List.of(DatabaseConfig.OPTIONS, DatabaseConfig.KEY_OPTIONS))
                        .configuration(),
                "sqlite:////default.db");
    }
}
