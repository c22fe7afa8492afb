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
        assertThat(read())
                .isEqualTo(
                        new DatabaseConfig(DatabaseUrl.sqlite("/default.db"), true, 5, Duration.ofSeconds(10), null));
        assertThat(DatabaseConfig.sqlite(Path.of("/default.db"))).isEqualTo(read());
    }

    @Test
    void everyOptionIsRead() {
        set("database", "connection", "sqlite:////g.db");
        set("database", "sqlite_synchronous", "false");
        set("database", "max_pool_size", "0");
        set("database", "pool_timeout", "3");
        set("DEFAULT", "metadata_encryption_key", "0123456789abcdef");
        assertThat(read())
                .isEqualTo(new DatabaseConfig(
                        DatabaseUrl.sqlite("/g.db"), false, 64, Duration.ofSeconds(3), new Secret("0123456789abcdef")));
        assertThat(read().toString()).doesNotContain("0123456789abcdef");
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
