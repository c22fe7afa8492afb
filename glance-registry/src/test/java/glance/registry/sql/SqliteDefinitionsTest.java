package glance.registry.sql;

import static org.assertj.core.api.Assertions.assertThat;

import glance.fault.FailPoints;
import glance.image.Scope;
import glance.metadef.Definition;
import glance.metadef.DefinitionQuery;
import glance.metadef.MetadefOrder;
import glance.metadef.Namespace;
import glance.metadef.NamespaceQuery;
import glance.metadef.NamespaceValues;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteDefinitionsTest implements DefinitionRules {
    private final Path file;
    private final SqlRegistry registry;

    SqliteDefinitionsTest(@TempDir Path directory) {
        file = directory.resolve("glance.sqlite");
        registry = SqlRegistry.open(DatabaseConfig.sqlite(file), InstantSource.system(), FailPoints.INERT);
    }

    /** Another service's, or an operator's: longer than this one lets in, and with characters that it does not. */
    @Test
    void rowsOfOthersAreReadAsTheyAre() throws SQLException {
        String name = "x".repeat(100);
        String smile = "\ud83d\ude00";
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement()) {
            statement.execute(
                    "INSERT INTO metadef_namespaces (id, namespace, description, owner, created_at) VALUES (7, '" + name
                            + "', '" + smile + "', 'red', '2026-01-02 03:04:05')");
            statement.execute(
                    "INSERT INTO metadef_properties (namespace_id, name, json_schema, created_at) VALUES (7, '" + name
                            + "', '" + "y".repeat(70_000) + "', '2026-01-02 03:04:05')");
        }
        NamespaceQuery all = new NamespaceQuery(Scope.EVERYTHING, null, null, null, 5, MetadefOrder.NEWEST_FIRST);
        Namespace read = registry.metadefs().namespaces().list(all).getFirst();
        assertThat(read.values().description()).isEqualTo(smile);
        assertThat(registry.metadefs().namespaces().find(name)).contains(read);
        assertThat(registry.metadefs().definitions().list(DefinitionQuery.all(7, Definition.Kind.PROPERTY)))
                .hasSize(1);
        NamespaceValues mended = new NamespaceValues("short", null, "d", "public", false, "red");
        assertThat(registry.metadefs().namespaces().update(7, mended).values()).isEqualTo(mended);
    }

    @AfterEach
    void close() {
        registry.close();
    }

    @Override
    public SqlRegistry registry() {
        return registry;
    }
}
