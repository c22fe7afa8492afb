package glance.registry.migration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import glance.config.ConfigException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SchemaTest {
    private final Connection connection;

    SchemaTest() throws SQLException {
        connection = DriverManager.getConnection("jdbc:sqlite::memory:");
    }

    @AfterEach
    void close() throws SQLException {
        connection.close();
    }

    @Test
    void emptyDatabaseGetsExactlyUpstreamsSchema() throws Exception {
        prepare();
        assertThat(described()).isEqualTo(expected());
        assertThat(column("SELECT version_num FROM alembic_version")).containsExactly("2024_1_contract01");
    }

    @Test
    void everythingOfOursCarriesThePrefix() throws SQLException {
        prepare();
        assertThat(column("SELECT name FROM sqlite_master WHERE name LIKE 'glancejvm%'"))
                .contains("glancejvm_data_intents", "glancejvm_images_created");
        assertThat(column("SELECT sql FROM sqlite_master WHERE sql LIKE '%glancejvm%'"))
                .allMatch(sql -> sql.matches("(?s)CREATE (TABLE|INDEX) glancejvm_.*"));
    }

    @Test
    void secondStartChangesNothing() throws SQLException {
        prepare();
        List<String> before = master();
        prepare();
        assertThat(master()).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "wallaby_contract01",
                "zed_contract01",
                "2023_1_contract01",
                "2023_1_contract01 2024_1_expand01",
                "wallaby_contract01 2024_1_expand01",
                "2024_1_contract01 2024_1_expand01"
            })
    void databasesFromWallabyOnAreServedAtTheirRevision(String revisions) throws Exception {
        prepare();
        execute(
                "DROP TABLE cached_images",
                "DROP TABLE node_reference",
                "DROP TABLE glancejvm_data_intents",
                "INSERT INTO images"
                        + " (id, status, created_at, deleted, min_disk, min_ram) VALUES ('i', 'queued', '2020-01-01', 0, 0, 0)");
        stamp(revisions);
        prepare();
        assertThat(column("SELECT version_num FROM alembic_version ORDER BY 1"))
                .containsExactlyInAnyOrder(revisions.split(" ", -1));
        assertThat(column("SELECT id FROM images")).containsExactly("i");
        assertThat(column("SELECT count(*) FROM glancejvm_data_intents")).containsExactly("0");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ussuri_contract01",
                "rocky_contract02",
                "liberty",
                "mitaka02",
                "2024_1_expand01",
                "ussuri_contract01 2024_1_expand01",
                "2025_9_contract01",
                "rubbish"
            })
    void otherRevisionsAreRefusedAndUntouched(String revisions) throws SQLException {
        prepare();
        execute("DROP TABLE glancejvm_data_intents");
        stamp(revisions);
        List<String> before = master();
        assertThatThrownBy(this::prepare)
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("nothing was changed")
                .hasMessageContaining(revisions.replaceAll(" .*", ""));
        assertThat(master()).isEqualTo(before);
    }

    @Test
    void imagesUnderNoRevisionAreRefused() throws SQLException {
        prepare();
        execute(
                "INSERT INTO images"
                        + " (id, status, created_at, deleted, min_disk, min_ram) VALUES ('i', 'queued', '2020-01-01', 0, 0, 0)");
        stamp("");
        assertThatThrownBy(this::prepare).isInstanceOf(ConfigException.class).hasMessageContaining("is empty");
    }

    @ParameterizedTest
    @ValueSource(strings = {"migrate_version", "images"})
    void tablesWithoutARevisionAreRefused(String table) throws SQLException {
        execute("CREATE TABLE " + table + " (x INTEGER)");
        assertThatThrownBy(this::prepare).isInstanceOf(ConfigException.class).hasMessageContaining(table);
        assertThat(master()).hasSize(1);
    }

    @Test
    void tablesOfOtherApplicationsAreLeftAlone() throws SQLException {
        execute("CREATE TABLE elsewhere (x INTEGER)");
        prepare();
        assertThat(column("SELECT name FROM sqlite_master WHERE name = 'elsewhere'"))
                .hasSize(1);
        assertThat(column("SELECT version_num FROM alembic_version")).containsExactly("2024_1_contract01");
    }

    private void prepare() throws SQLException {
        Schema.prepare(connection);
    }

    private void stamp(String revisions) throws SQLException {
        execute("DELETE FROM alembic_version");
        for (String revision : revisions.split(" ", -1)) {
            if (!revision.isEmpty()) {
                execute("INSERT INTO alembic_version VALUES ('" + revision + "')");
            }
        }
    }

    private void execute(String... statements) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private List<String> master() throws SQLException {
        return column("SELECT COALESCE(sql, name) FROM sqlite_master ORDER BY name");
    }

    private List<String> column(String query) throws SQLException {
        List<String> values = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            while (rows.next()) {
                values.add(rows.getString(1));
            }
        }
        return values;
    }

    /** All tables but ours, in the words of the expectation. */
    private List<String> described() throws SQLException {
        List<String> lines = new ArrayList<>();
        for (String table : column("""
                SELECT name FROM sqlite_master
                WHERE type = 'table' AND name NOT LIKE 'glancejvm%' AND name NOT LIKE 'sqlite%' ORDER BY name""")) {
            lines.add(table);
            lines.addAll(column("""
                    SELECT name || ' ' || type || CASE WHEN "notnull" THEN ' not null' ELSE '' END
                        || COALESCE(' default ' || dflt_value, '') || CASE WHEN pk > 0 THEN ' key ' || pk ELSE '' END
                    FROM pragma_table_info('%s') ORDER BY cid""".formatted(table)));
            lines.addAll(constraints(table).stream().sorted().toList());
        }
        return lines;
    }

    private List<String> constraints(String table) throws SQLException {
        List<String> lines = new ArrayList<>(column("""
                SELECT 'references ' || "from" || ' ' || "table" || '(' || "to" || ')'
                FROM pragma_foreign_key_list('%s') WHERE on_delete = 'NO ACTION' AND on_update = 'NO ACTION'""".formatted(table)));
        for (String index : column(
                "SELECT name FROM pragma_index_list('%s') WHERE origin = 'c' AND \"unique\" = 0".formatted(table))) {
            if (!index.startsWith("glancejvm_")) {
                String columns = String.join(", ", column("SELECT name FROM pragma_index_info('" + index + "')"));
                lines.add("index " + index + " (" + columns + ")");
            }
        }
        String sql = column("SELECT sql FROM sqlite_master WHERE name = '" + table + "'")
                .getFirst();
        Matcher unique =
                Pattern.compile("CONSTRAINT (\\w+) UNIQUE \\(([^)]*)\\)").matcher(sql);
        while (unique.find()) {
            lines.add("unique " + unique.group(1) + " (" + unique.group(2) + ")");
        }
        Matcher check = Pattern.compile("CHECK \\((\\w+) IN \\(0, 1\\)\\)").matcher(sql);
        while (check.find()) {
            lines.add("check " + check.group(1));
        }
        return lines;
    }

    private static List<String> expected() throws IOException {
        try (InputStream text = Objects.requireNonNull(SchemaTest.class.getResourceAsStream("upstream-schema.txt"))) {
            return new String(text.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(String::strip)
                    .toList();
        }
    }
}
