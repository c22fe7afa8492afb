package glance.registry.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import glance.auth.Secret;
import glance.config.ConfigException;
import glance.registry.sql.DatabaseUrl.Engine;
import java.util.List;
import java.util.Map;
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
        assertThat(DatabaseUrl.parse(url).engine()).isEqualTo(Engine.SQLITE);
        assertThat(DatabaseUrl.parse(url).database()).isEqualTo(database);
    }

    @ParameterizedTest
    @CsvSource({
        "mysql, MYSQL, 3306",
        "mysql+pymysql, MYSQL, 3306",
        "mysql+mysqldb, MYSQL, 3306",
        "mysql+mysqlconnector, MYSQL, 3306",
        "mariadb+pymysql, MYSQL, 3306",
        "postgresql, POSTGRESQL, 5432",
        "postgresql+psycopg2, POSTGRESQL, 5432",
        "postgresql+psycopg, POSTGRESQL, 5432",
        "postgres, POSTGRESQL, 5432"
    })
    void serversAreNamedByDialectWhateverTheDriver(String dialect, Engine engine, int port) {
        DatabaseUrl expected = new DatabaseUrl(engine, "glance", new Secret("s3cret"), "db", port, "images", Map.of());
        assertThat(DatabaseUrl.parse(dialect + "://glance:s3cret@db/images")).isEqualTo(expected);
        assertThat(expected.toString()).doesNotContain("s3cret").contains("db:" + port + "/images");
    }

    @Test
    void partsArePercentDecodedAndPlusIsItselfInAPassword() {
        DatabaseUrl url =
                DatabaseUrl.parse("mysql://us%40er:p%2F+%3A%40%C3%BC%zz@[fe80::1]:3307/g?charset=utf8&ssl_ca=%2Fca+x"
                        + "&host=a&host=b&empty=");
        assertThat(url.user()).isEqualTo("us@er");
        assertThat(url.password()).isEqualTo(new Secret("p/+:@ü%zz"));
        assertThat(url.host()).isEqualTo("fe80::1");
        assertThat(url.port()).isEqualTo(3307);
        assertThat(url.location()).isEqualTo("[fe80::1]:3307/g");
        assertThat(url.query())
                .isEqualTo(Map.of(
                        "charset", List.of("utf8"),
                        "ssl_ca", List.of("/ca x"),
                        "host", List.of("a", "b"),
                        "empty", List.of("")));
    }

    @Test
    void hostUserAndPasswordMayBeMissing() {
        DatabaseUrl url = DatabaseUrl.parse("postgresql:///images?host=/run/postgresql");
        assertThat(url.host()).isEmpty();
        assertThat(url.user()).isEmpty();
        assertThat(url.password()).isNull();
        assertThat(url.query()).containsEntry("host", List.of("/run/postgresql"));
    }

    @ParameterizedTest
    @CsvSource({
        "mysql://u:s3cret@h, names no database",
        "mysql://u:s3cret@h/, names no database",
        "mysql://u:s3cret@h:99999/g, 99999",
        "mysql://u:s3cret@h:x/g, 'port ''x'''",
        "mysql://u:p@s3cret@h/g, %40",
        "oracle://u:s3cret@h/g, oracle",
        "sqlite://host/x, three slashes",
        "sqlite://u:s3cret@/x, three slashes",
        "glance.db, '://'"
    })
    void refusalSaysWhatIsWrongAndAcceptedWithoutThePassword(String url, String why) {
        assertThatThrownBy(() -> DatabaseUrl.parse(url))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("[database]")
                .hasMessageContaining(why)
                .hasMessageContaining("sqlite:////absolute/file")
                .hasMessageNotContaining("s3cret");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "://", "mysql:/h/g"})
    void anythingElseIsRefused(String url) {
        assertThatThrownBy(() -> DatabaseUrl.parse(url)).isInstanceOf(ConfigException.class);
    }

    @Test
    void memoryIsTold() {
        assertThat(DatabaseUrl.parse("sqlite://").isInMemory()).isTrue();
        assertThat(DatabaseUrl.parse("sqlite:///x").isInMemory()).isFalse();
    }
}
