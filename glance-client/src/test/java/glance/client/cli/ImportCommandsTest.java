package glance.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import glance.client.FakeService;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImportCommandsTest {
    private static final String ID = "3d0c1f52-6f0e-4b52-9c8e-0a4e8a6b7d11";
    private static final String IMAGE = "/v2/images/" + ID;

    private final FakeService service;

    @SuppressWarnings("NullAway.Init") // set before each test
    private Shell shell;

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit before anything runs
    Path directory;

    ImportCommandsTest() throws IOException {
        service = new FakeService();
        service.json(
                "GET /v2/info/import",
                200,
                "{\"import-methods\": {\"value\": [\"glance-direct\", \"web-download\", \"copy-image\", \"glance-download\"]}}");
        service.json("GET /v2/info/stores", 200, "{\"stores\": [{\"id\": \"fast\"}, {\"id\": \"slow\"}]}");
        service.json("POST /v2/images", 201, image("queued"));
        service.empty("PUT " + IMAGE + "/stage");
        service.empty("POST " + IMAGE + "/import");
    }

    @BeforeEach
    void open() {
        shell = new Shell(service, directory);
        status("uploading");
    }

    @AfterEach
    void stop() {
        service.close();
    }

    private static String image(String status) {
        return "{\"id\": \"" + ID + "\", \"status\": \"" + status
                + "\", \"disk_format\": \"raw\", \"container_format\": \"bare\"}";
    }

    private void status(String status) {
        service.json("GET " + IMAGE, 200, image(status));
    }

    private String order() {
        return service.seen().stream()
                .filter(seen -> seen.call().endsWith("/import") && seen.call().startsWith("POST"))
                .map(FakeService.Seen::body)
                .reduce((_, last) -> last)
                .orElse("");
    }

    @Test
    void stagedDataAreImportedByDefault() throws IOException {
        Files.writeString(directory.resolve("disk"), "0123456789");

        assertThat(shell.glance("image-stage", ID, "--file", "disk")).isZero();
        assertThat(service.seen().getLast().body()).isEqualTo("0123456789");
        assertThat(service.seen().getLast().header("x-openstack-image-size")).isEqualTo("10");
        assertThat(shell.glance("image-import", ID, "--store", "fast")).isZero();

        assertThat(order()).isEqualTo("{\"method\":{\"name\":\"glance-direct\"}}");
        assertThat(service.seen().stream().filter(seen -> seen.call().endsWith("/import")))
                .anySatisfy(
                        seen -> assertThat(seen.header("x-image-meta-store")).isEqualTo("fast"));
        assertThat(shell.out()).contains("| status           | uploading");
    }

    @Test
    void eachMethodSendsItsOwnWords() {
        status("queued");
        assertThat(shell.glance("image-import", ID, "--import-method", "web-download", "--uri", "http://x/y"))
                .isZero();
        assertThat(order()).isEqualTo("{\"method\":{\"name\":\"web-download\",\"uri\":\"http://x/y\"}}");

        assertThat(shell.glance(
                        "image-import",
                        ID,
                        "--import-method",
                        "glance-download",
                        "--remote-region",
                        "R",
                        "--remote-image-id",
                        "I"))
                .isZero();
        assertThat(order())
                .isEqualTo(
                        "{\"method\":{\"name\":\"glance-download\",\"glance_region\":\"R\",\"glance_image_id\":\"I\","
                                + "\"glance_service_interface\":\"public\"}}");

        status("active");
        assertThat(shell.glance("image-import", ID, "--import-method", "copy-image", "--stores", "fast,slow"))
                .isZero();
        assertThat(order())
                .isEqualTo("{\"method\":{\"name\":\"copy-image\"},\"stores\":[\"fast\",\"slow\"],"
                        + "\"all_stores_must_succeed\":false}");
        assertThat(shell.glance(
                        "image-import",
                        ID,
                        "--import-method",
                        "copy-image",
                        "--all-stores",
                        "--allow-failure",
                        "false"))
                .isZero();
        assertThat(order()).isEqualTo("{\"method\":{\"name\":\"copy-image\"},\"all_stores\":true}");
    }

    @Test
    void whatContradictsItselfNeverReachesTheImport() {
        Map<String, String[]> wrong = Map.of(
                "Import method 'ftp' is not valid for this cloud. Valid values can be retrieved with import-info command.",
                new String[] {"--import-method", "ftp"},
                "Only one of --store, --stores and --all-stores can be provided",
                new String[] {"--store", "fast", "--all-stores"},
                "Store 'tape' is not valid for this cloud. Valid values can be retrieved with stores-info command.",
                new String[] {"--stores", "fast,tape"},
                "Provide --uri for the 'web-download' import method.",
                new String[] {"--import-method", "web-download"},
                "Import method should be 'web-download' if --uri is provided.",
                new String[] {"--uri", "http://x/y"},
                "Provide either --stores or --all-stores for 'copy-image' import method.",
                new String[] {"--import-method", "copy-image"},
                "The 'web-download' import method can only be applied to an image in status 'queued', not 'uploading'",
                new String[] {"--import-method", "web-download", "--uri", "http://x/y"});
        wrong.forEach((message, options) -> {
            String[] line = new String[options.length + 2];
            line[0] = "image-import";
            line[1] = ID;
            System.arraycopy(options, 0, line, 2, options.length);
            assertThat(shell.glance(line)).as(message).isEqualTo(1);
            assertThat(shell.err()).isEqualTo(message + "\n");
        });
        assertThat(order()).isEmpty();
    }

    @Test
    void creatingImportsTheDataAtHand() {
        shell.reading("data");
        assertThat(shell.glance(
                        Map.of("OS_IMAGE_STORES", "fast,slow"),
                        "image-create-via-import",
                        "--disk-format",
                        "raw",
                        "--container-format",
                        "bare"))
                .isZero();

        assertThat(service.calls())
                .containsExactly(
                        "GET /v2/info/import",
                        "GET /v2/info/stores",
                        "POST /v2/images",
                        "PUT " + IMAGE + "/stage",
                        "POST " + IMAGE + "/import",
                        "GET " + IMAGE);
        assertThat(order()).contains("\"glance-direct\"").contains("\"fast\",\"slow\"");
    }

    @Test
    void creatingWithoutDataOnlyMakesTheImage() {
        assertThat(shell.glance("image-create-via-import", "--name", "empty")).isZero();

        assertThat(service.calls()).containsExactly("GET /v2/info/import", "POST /v2/images");
    }

    @Test
    void creatingByWebDownloadTakesNoData() {
        assertThat(shell.glance(
                        Map.of("OS_IMAGE_IMPORT_METHOD", "web-download"),
                        "image-create-via-import",
                        "--disk-format",
                        "raw",
                        "--container-format",
                        "bare",
                        "--uri",
                        "http://x/y"))
                .isZero();
        assertThat(order()).isEqualTo("{\"method\":{\"name\":\"web-download\",\"uri\":\"http://x/y\"}}");

        shell.reading("data");
        assertThat(shell.glance(
                        "image-create-via-import",
                        "--import-method",
                        "web-download",
                        "--uri",
                        "http://x/y",
                        "--disk-format",
                        "raw",
                        "--container-format",
                        "bare"))
                .isEqualTo(1);
        assertThat(shell.err()).isEqualTo("You cannot pass data via stdin with the web-download import method.\n");
    }

    @Test
    void aRefusedImportShowsTheImageThatIsLeft() {
        service.error("POST " + IMAGE + "/import", 409, "Conflict", "Another import holds the image.");
        shell.reading("data");

        assertThat(shell.glance("image-create-via-import", "--disk-format", "raw", "--container-format", "bare"))
                .isEqualTo(1);

        assertThat(shell.out()).contains("| id               | " + ID);
        assertThat(shell.err()).isEqualTo("HTTP 409 Conflict: Another import holds the image.\n");
    }
}
