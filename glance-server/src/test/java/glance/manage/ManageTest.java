package glance.manage;

import static org.assertj.core.api.Assertions.assertThat;

import glance.testkit.database.DatabaseServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What deployment tools call, and what they go by: exit status and output. */
class ManageTest {
    @TempDir
    Path directory;

    private String out = "";
    private String err = "";

    @BeforeEach
    void configure() throws IOException {
        configure("sqlite:///" + directory.resolve("glance.sqlite"));
    }

    private void configure(String url) throws IOException {
        Files.writeString(directory.resolve("glance.conf"), """
                [DEFAULT]
                log_file = %s/log
                metadata_source_path = %s/metadefs/
                [database]
                connection = %s
                """.formatted(directory, directory, url));
    }

    @ParameterizedTest
    @EnumSource
    void aDatabaseServerIsSyncedCheckedAndFilled(DatabaseServer.Kind kind) throws IOException {
        configure(DatabaseServer.shared(kind).freshUrl());
        assertThat(manage("db_sync")).isZero();
        assertThat(out).endsWith("Database is synced successfully.\n");
        assertThat(manage("db_sync")).isZero();
        assertThat(out).isEqualTo("Database is up to date. No migrations needed.\n");
        assertThat(manage("db", "check")).isZero();
        assertThat(manage("db", "purge", "--max_rows", "-1")).isZero();
        assertThat(manage("db", "purge_images_table", "1", "10")).isZero();
        metadefsGoRound();
    }

    @Test
    void metadefsOfSqliteGoRound() throws IOException {
        manage("db", "sync");
        metadefsGoRound();
    }

    @Test
    void checkTellsTheNextPhaseByItsStatus() {
        assertThat(manage("db", "version")).isZero();
        assertThat(out).contains("glance-manage db sync");
        assertThat(manage("db", "check")).isEqualTo(3);
        assertThat(out).contains("glance-manage db expand");
        assertThat(manage("db", "contract")).isEqualTo(1);
        assertThat(err).contains("glance-manage db expand");
        assertThat(manage("db", "expand")).isZero();
        assertThat(manage("db", "expand")).isZero();
        assertThat(out).contains("expansion is already done");
        assertThat(manage("db", "check")).isEqualTo(5);
        assertThat(manage("db_migrate")).isZero();
        assertThat(manage("db_contract")).isZero();
        assertThat(manage("db_check")).isZero();
        assertThat(manage("db_version")).isZero();
        assertThat(out).isEqualTo("2024_1_contract01\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "db", "nonsense", "db nonsense", "db_purge", "db sync --nonsense", "--nonsense 1 db sync"})
    void whatIsNotUnderstoodIsStatusTwo(String line) {
        assertThat(manage(line.isEmpty() ? new String[0] : line.split(" ", -1))).isEqualTo(2);
        assertThat(err).isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "db purge --age_in_days -1, 1, negative",
        "db purge --age_in_days 999999, 1, 1970",
        "db purge --max_rows -2, 1, max_rows",
        "db purge --max_rows 2147483648, 1, max_rows",
        "db purge x, 1, not a number",
        "db purge --max_rows x, 2, not a number",
        "db upgrade nonsense, 1, unknown",
        "db version_control nonsense, 1, unknown"
    })
    void limitsAreRefusedWithTheirReason(String line, int status, String reason) {
        manage("db", "sync");
        assertThat(manage(line.split(" ", -1))).isEqualTo(status);
        assertThat(err).contains(reason);
        assertThat(out).isEmpty();
    }

    @Test
    void versionControlStampsAndUpgradeGoesOn() {
        manage("db", "sync");
        assertThat(manage("db_version_control", "rocky_contract02")).isZero();
        assertThat(out).contains("rocky_contract02");
        assertThat(manage("db", "upgrade", "liberty")).isZero();
        assertThat(manage("db", "upgrade", "train_contract01")).isEqualTo(1);
        assertThat(manage("db", "upgrade")).isZero();
        assertThat(out).contains("current revision(s): 2024_1_contract01");
    }

    @Test
    void anUnreachableDatabaseIsOneLine() throws IOException {
        configure("mysql+pymysql://glance:topsecret@127.0.0.1:1/glance");
        assertThat(manage("db", "sync")).isEqualTo(1);
        assertThat(err.lines()).hasSize(1);
        assertThat(err).doesNotContain("topsecret");
    }

    @Test
    void contradictoryFlagsAndMissingFilesLoadNothingAndAreNoFailure() {
        manage("db", "sync");
        assertThat(manage("db", "load_metadefs", "--prefer_new")).isZero();
        assertThat(err).contains("Nothing was loaded");
        assertThat(manage("db", "load_metadefs", "--path", "/nowhere")).isZero();
        assertThat(err).contains("/nowhere");
    }

    @Test
    void aFileThatSomeDatabaseCouldNotHoldIsSkippedByName() throws IOException {
        manage("db", "sync");
        Path files = Files.createDirectories(directory.resolve("metadefs"));
        Files.writeString(files.resolve("1-long.json"), "{\"namespace\": \"" + "x".repeat(81) + "\"}");
        Files.writeString(files.resolve("2-smile.json"), "{\"namespace\": \"n\", \"description\": \"\ud83d\ude00\"}");
        Files.writeString(files.resolve("3-tag.json"), "{\"namespace\": \"n\", \"tags\": [{\"name\": \"a\\u0000\"}]}");
        Files.write(files.resolve("4-latin.json"), new byte[] {'{', '"', (byte) 0xE9, '"', ':', '1', '}'});
        Files.writeString(files.resolve("5-good.json"), "{\"namespace\": \"good\"}");
        assertThat(manage("db_load_metadefs")).isZero();
        assertThat(out).contains("from 1 of 5 files");
        assertThat(err.lines()).hasSize(4);
        assertThat(err)
                .contains("1-long.json: The namespace has 81 characters; at most 80 are allowed")
                .contains("2-smile.json: The description holds a character that cannot be stored")
                .contains("3-tag.json: The name holds a character that cannot be stored")
                .contains("4-latin.json: it is not UTF-8");
    }

    private void metadefsGoRound() throws IOException {
        Path files = Files.createDirectories(directory.resolve("metadefs"));
        Files.writeString(files.resolve("broken.json"), "{");
        Files.writeString(files.resolve("one.json"), """
                {"namespace": "OS::One", "display_name": "One: it's", "visibility": "public", "protected": true,
                 "resource_type_associations": [{"name": "OS::Glance::Image", "prefix": "hw_"}],
                 "properties": {"cpu": {"title": "CPU", "type": "string", "enum": ["a", "b"]}},
                 "objects": [{"name": "Limits", "description": "d", "properties": {"max": {"type": "integer"}}},
                             {"name": "Empty"}],
                 "tags": [{"name": "t"}]}""");
        assertThat(manage("db_load_metadefs")).isZero();
        assertThat(out).contains("from 1 of 2 files");
        assertThat(err).contains("broken.json");
        Files.delete(files.resolve("broken.json"));
        Path exported = Files.createDirectory(directory.resolve("exported"));
        assertThat(manage("db_export_metadefs", exported + "/")).isZero();
        Path file = exported.resolve("Oneits.json");
        String first = Files.readString(file);
        assertThat(first)
                .contains("\"protected\" : true", "\"prefix\" : \"hw_\"", "\"max\"", "\"cpu\"", "\"name\" : \"t\"")
                .doesNotContain("owner");

        Files.writeString(
                files.resolve("one.json"),
                "{\"namespace\": \"OS::One\", \"display_name\": \"One: it's\","
                        + " \"properties\": {\"cpu\": {\"title\": \"new\"}, \"ram\": {\"title\": \"RAM\"}}}");
        assertThat(manage("db", "load_metadefs")).isZero();
        assertThat(export(exported)).isEqualTo(first);
        assertThat(manage("db", "load_metadefs", "--merge")).isZero();
        assertThat(export(exported)).contains("RAM", "CPU").doesNotContain("new");
        assertThat(manage("db_load_metadefs", files.toString(), "true", "true")).isZero();
        assertThat(export(exported)).contains("new", "RAM", "Limits").doesNotContain("CPU");
        assertThat(manage("db", "load_metadefs", "--merge", "--overwrite")).isZero();
        assertThat(export(exported)).contains("new").doesNotContain("Limits");
        assertThat(manage("db", "unload_metadefs")).isZero();
        Files.delete(file);
        assertThat(manage("db", "export_metadefs", "--path", exported + "/")).isZero();
        assertThat(file).doesNotExist();
    }

    private String export(Path exported) throws IOException {
        assertThat(manage("db", "export_metadefs", "--path", exported + "/")).isZero();
        return Files.readString(exported.resolve("Oneits.json"));
    }

    private int manage(String... words) {
        ByteArrayOutputStream outBytes = new ByteArrayOutputStream();
        ByteArrayOutputStream errBytes = new ByteArrayOutputStream();
        List<String> all = new ArrayList<>(
                List.of("--config-file", directory.resolve("glance.conf").toString()));
        all.addAll(List.of(words));
        int status = ManageMain.run(
                all,
                new Answer(
                        new PrintStream(outBytes, true, StandardCharsets.UTF_8),
                        new PrintStream(errBytes, true, StandardCharsets.UTF_8)));
        out = outBytes.toString(StandardCharsets.UTF_8);
        err = errBytes.toString(StandardCharsets.UTF_8);
        return status;
    }
}
