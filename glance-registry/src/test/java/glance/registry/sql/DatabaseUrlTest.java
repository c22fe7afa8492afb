package glance.registry.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import glance.config.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseUrlTest {
    @ParameterizedTest
    @CsvSource({
        "sqlite:///rel.db, rel.db",
        "sqlite:////var/lib/glance.sqlite, /var/lib/glance.sqlite",
        "sqlite+pysqlite:////a b/g.db?timeout=9, /a b/g.db",
        "sqlite://, :memory:",
        "sqlite:///, :memory:",
        "sqlite:///:memory:, :memory:"
    })
    void sqliteFormsNameAFile(String url, String database) {
        assertThat(DatabaseUrl.parse(url).database()).isEqualTo(database);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mysql://glance:s3cret@db/glance",
                "mysql+pymysql://glance:s3cret@db/glance",
                "mariadb+pymysql://glance:s3cret@db/glance",
                "postgresql+psycopg2://glance:s3cret@db/glance",
                "postgres://glance:s3cret@db/glance"
            })
    void serversAreRefusedWithoutTheirPassword(String url) {
        assertThatThrownBy(() -> DatabaseUrl.parse(url))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("SQLite only")
                .hasMessageContaining("[database]")
                .hasMessageNotContaining("s3cret");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "glance.db", "oracle://x", "sqlite://host/x"})
    void anythingElseSaysWhatIsAccepted(String url) {
        assertThatThrownBy(() -> DatabaseUrl.parse(url))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("sqlite:////absolute/file");
    }

    @Test
    void memoryIsTold() {
        assertThat(DatabaseUrl.parse("sqlite://").isInMemory()).isTrue();
        assertThat(DatabaseUrl.parse("sqlite:///x").isInMemory()).isFalse();
    }
}
