package glance.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import glance.client.FakeService;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GlanceMainTest {
    private static final String ID = "3d0c1f52-6f0e-4b52-9c8e-0a4e8a6b7d11";
    private static final String IMAGE =
            "{\"id\":\"" + ID + "\",\"name\":\"harbor\",\"status\":\"active\",\"size\":1536,"
                    + "\"disk_format\":\"raw\",\"container_format\":\"bare\",\"checksum\":\"aa\",\"custom\":\"c\"}";

    private final FakeService service;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private @Nullable InputStream input;
    private boolean terminal;

    @TempDir
    Path directory;

    GlanceMainTest() throws IOException {
        service = new FakeService();
        service.json("GET /v2/images", 200, "{\"images\": [" + IMAGE + "]}");
        service.json("GET /v2/images/" + ID, 200, IMAGE);
        service.json("POST /v2/images", 201, IMAGE);
        service.json("PATCH /v2/images/" + ID, 200, IMAGE);
        service.empty("PUT /v2/images/" + ID + "/file");
    }

    @AfterEach
    void stop() {
        service.close();
    }

    private int glance(String... words) {
        List<String> line = new ArrayList<>(List.of("--os-image-url", service.url()));
        line.addAll(List.of(words));
        return run(line, Map.of());
    }

    private int run(List<String> line, Map<String, String> environment) {
        PrintStream stdout = new PrintStream(out, true, StandardCharsets.UTF_8);
        PrintStream stderr = new PrintStream(err, true, StandardCharsets.UTF_8);
        return new GlanceMain(new Terminal(
                        input,
                        false,
                        OptionalLong.empty(),
                        stdout,
                        terminal,
                        stderr,
                        environment,
                        directory.resolve("home"),
                        directory))
                .run(line);
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    @Test
    void withoutAVersionTheListHasSixColumns() {
        assertThat(glance("image-list")).isZero();

        assertThat(out()).isEqualTo("""
                        +--------------------------------------+--------+-------------+------------------+------+--------+
                        | ID                                   | Name   | Disk Format | Container Format | Size | Status |
                        +--------------------------------------+--------+-------------+------------------+------+--------+
                        | 3d0c1f52-6f0e-4b52-9c8e-0a4e8a6b7d11 | harbor | raw         | bare             | 1536 | active |
                        +--------------------------------------+--------+-------------+------------------+------+--------+
                        """);
        assertThat(service.calls()).containsExactly("GET /v2/images?limit=200&sort_key=name&sort_dir=asc");
    }

    @Test
    void version2PrintsWhatItsReferenceClientPrints() {
        assertThat(glance("--os-image-api-version", "2", "image-list")).isZero();

        assertThat(out())
                .startsWith("+--------------------------------------+--------+\n| ID ")
                .doesNotContain("Status");
    }

    @Test
    void aVersionInTheAddressIsExplicitToo() {
        assertThat(run(List.of("--os-image-url", service.url() + "/v2/", "image-list"), Map.of()))
                .isZero();

        assertThat(out()).doesNotContain("Status");
    }

    @Test
    void anotherVersionIsRefusedPlainly() {
        assertThat(glance("--os-image-api-version", "3", "image-list")).isEqualTo(1);

        assertThat(err()).isEqualTo("Invalid API version parameter. Supported values are [1, 2]\n");
        assertThat(service.calls()).isEmpty();
    }

    @Test
    void pagesAreFollowedToTheLimit() {
        service.json(
                "GET /v2/images",
                200,
                "{\"images\": [" + IMAGE + "], \"next\": \"/v2/images?limit=1&name=in:\\\"a b\\\"&marker=" + ID
                        + "\"}");

        assertThat(glance("image-list", "--limit", "2", "--page-size", "1")).isZero();

        assertThat(service.calls())
                .containsExactly(
                        "GET /v2/images?limit=1&sort_key=name&sort_dir=asc",
                        "GET /v2/images?limit=1&name=in:%22a%20b%22&marker=" + ID);
    }

    @Test
    void createUploadsAFileChunkedWithItsSize() throws IOException {
        Files.writeString(directory.resolve("disk"), "0123456789");

        assertThat(glance(
                        "image-create",
                        "--name",
                        "n",
                        "--is-public",
                        "true",
                        "--disk-format",
                        "raw",
                        "--container-format",
                        "bare",
                        "--file",
                        "disk",
                        "--progress"))
                .isZero();

        assertThat(service.calls())
                .containsExactly(
                        "GET /versions", "POST /v2/images", "PUT /v2/images/" + ID + "/file", "GET /v2/images/" + ID);
        assertThat(service.seen().get(1).body()).contains("\"visibility\":\"public\"");
        FakeService.Seen upload = service.seen().get(2);
        assertThat(upload.body()).isEqualTo("0123456789");
        assertThat(upload.header("transfer-encoding")).isEqualTo("chunked");
        assertThat(upload.header("content-type")).isEqualTo("application/octet-stream");
        assertThat(upload.header("x-openstack-image-size")).isEqualTo("10");
        assertThat(out()).startsWith("+--").contains("| custom ");
    }

    @Test
    void standardInputIsImageData() {
        input = new ByteArrayInputStream("piped".getBytes(StandardCharsets.UTF_8));

        assertThat(glance("image-create", "--disk-format", "raw", "--container-format", "bare"))
                .isZero();

        assertThat(service.seen().get(1).body()).isEqualTo("piped");
        assertThat(service.seen().get(1).header("x-openstack-image-size")).isEmpty();
    }

    @Test
    void dataWithoutFormatsAreRefusedBeforeAnythingIsMade() {
        input = new ByteArrayInputStream(new byte[0]);

        assertThat(glance("image-create", "--disk-format", "raw")).isEqualTo(1);

        assertThat(err()).isEqualTo("error: Must provide --container-format when using stdin.\n");
        assertThat(service.calls()).isEmpty();
    }

    @Test
    void anUnreadableFileIsRefusedBeforeAnythingIsMade() {
        assertThat(glance("image-create", "--disk-format", "raw", "--container-format", "bare", "--file", "none"))
                .isEqualTo(1);

        assertThat(err()).isEqualTo("cannot read none: no such file or directory\n");
        assertThat(service.calls()).isEmpty();
    }

    @Test
    void aFailedUploadStillShowsTheImage() {
        input = new ByteArrayInputStream(new byte[10]);
        service.error("PUT /v2/images/" + ID + "/file", 413, "Request Entity Too Large", "over the quota");

        assertThat(glance("image-create", "--disk-format", "raw", "--container-format", "bare"))
                .isEqualTo(1);

        assertThat(out()).contains(ID);
        assertThat(err()).isEqualTo("HTTP 413 Request Entity Too Large: over the quota\n");
    }

    @Test
    void aWrongChecksumTakesTheImageAwayAgain() {
        input = new ByteArrayInputStream(new byte[10]);
        service.empty("DELETE /v2/images/" + ID);

        assertThat(glance("image-create", "--disk-format", "raw", "--container-format", "bare", "--checksum", "bb"))
                .isEqualTo(1);

        assertThat(service.calls()).endsWith("DELETE /v2/images/" + ID);
        assertThat(err()).contains("is aa, not bb");
    }

    @Test
    void aLocationGoesToTheLocationApiWhereThereIsOne() {
        service.json("GET /versions", 200, "{\"versions\": [{\"id\": \"v2.17\", \"status\": \"CURRENT\"}]}");
        service.on("POST /v2/images/" + ID + "/locations", (exchange, _) -> exchange.sendResponseHeaders(202, -1));

        assertThat(glance(
                        "image-create",
                        "--disk-format",
                        "raw",
                        "--container-format",
                        "bare",
                        "--location",
                        "http://mirror.example.test/a"))
                .isZero();

        assertThat(service.seen().get(3).body()).isEqualTo("{\"url\":\"http://mirror.example.test/a\"}");
    }

    @Test
    void copyFromBecomesAnImport() {
        service.on("POST /v2/images/" + ID + "/import", (exchange, _) -> exchange.sendResponseHeaders(202, -1));

        assertThat(glance(
                        "image-create",
                        "--disk-format",
                        "raw",
                        "--container-format",
                        "bare",
                        "--copy-from",
                        "http://mirror.example.test/a"))
                .isZero();

        assertThat(service.seen().get(2).body())
                .isEqualTo("{\"method\":{\"name\":\"web-download\",\"uri\":\"http://mirror.example.test/a\"}}");
    }

    @Test
    void optionsOfTheFirstVersionSpeakItWhereItIsOffered() {
        service.json("GET /versions", 200, "{\"versions\": [{\"id\": \"v2.17\"}, {\"id\": \"v1.1\"}]}");
        service.json("POST /v1/images", 201, "{\"image\": {\"id\": \"" + ID + "\", \"status\": \"queued\"}}");

        assertThat(glance(
                        "image-create",
                        "--is-public",
                        "true",
                        "--disk-format",
                        "raw",
                        "--container-format",
                        "bare",
                        "--copy-from",
                        "http://mirror.example.test/a"))
                .isZero();

        assertThat(service.calls()).containsExactly("GET /versions", "POST /v1/images");
        assertThat(service.seen().get(1).header("x-glance-api-copy-from")).isEqualTo("http://mirror.example.test/a");
        assertThat(service.seen().get(1).header("x-image-meta-is_public")).isEqualTo("True");
        assertThat(out()).contains("| status ");
    }

    @Test
    void anUpdatePatchesBetweenTwoLooks() {
        assertThat(glance("image-update", ID, "--name", "new", "--purge-props")).isZero();

        assertThat(service.calls())
                .containsExactly(
                        "GET /versions", "GET /v2/images/" + ID, "PATCH /v2/images/" + ID, "GET /v2/images/" + ID);
        FakeService.Seen patch = service.seen().get(2);
        assertThat(patch.header("content-type")).isEqualTo("application/openstack-images-v2.1-json-patch");
        assertThat(patch.body())
                .isEqualTo("[{\"op\":\"replace\",\"path\":\"/name\",\"value\":\"new\"},"
                        + "{\"op\":\"remove\",\"path\":\"/custom\"}]");
    }

    @Test
    void aNameServesWhereOneImageHasIt() {
        assertThat(glance("image-show", "harbor")).isZero();

        assertThat(service.calls())
                .containsExactly("GET /v2/images?limit=2&name=in%3A%22harbor%22", "GET /v2/images/" + ID);
    }

    @Test
    void deletionGoesOnAfterAFailure() {
        service.error("DELETE /v2/images/a", 403, "Forbidden", "protected");
        service.error("DELETE /v2/images/b", 409, "Conflict", "busy");
        service.empty("DELETE /v2/images/c");

        assertThat(glance("--os-image-api-version", "2", "image-delete", "a", "b", "c"))
                .isEqualTo(1);

        assertThat(service.calls()).hasSize(3);
        assertThat(err()).isEqualTo("""
                        You are not permitted to delete the image 'a'.
                        Unable to delete image 'b' because it is in use.
                        """);
    }

    @Test
    void imageDataDoNotGoToATerminal() {
        terminal = true;

        assertThat(glance("image-download", ID)).isEqualTo(1);

        assertThat(out()).isEmpty();
        assertThat(service.calls()).isEmpty();
    }

    @Test
    void membersAreListedInTheirOwnColumns() {
        service.json(
                "GET /v2/images/" + ID + "/members",
                200,
                "{\"members\": [{\"image_id\": \"i\", \"member_id\": \"p-blue\", \"status\": \"pending\"}]}");

        assertThat(glance("member-list", "--image-id", ID)).isZero();

        assertThat(out())
                .contains("| Image ID | Member ID | Status  |\n")
                .contains("| i        | p-blue    | pending |\n");
    }

    @Test
    void tagsAreEncodedInTheAddress() {
        service.empty("PUT /v2/images/" + ID + "/tags/gabe%40example.test");

        assertThat(glance("image-tag-update", ID, "gabe@example.test")).isZero();
    }

    @Test
    void anUnreachableServiceIsOneLine() {
        service.close();

        assertThat(glance("image-list")).isEqualTo(1);

        assertThat(err())
                .startsWith("Error finding address for " + service.url())
                .hasLineCount(1);
    }

    @Test
    void wrongUsageExitsWithTwo() {
        assertThat(glance("image-show")).isEqualTo(2);
        assertThat(err())
                .startsWith("usage: glance image-show ")
                .endsWith("glance image-show: error: the following arguments are required: <IMAGE_ID>\n");
        assertThat(glance("image-explode")).isEqualTo(2);
        assertThat(glance("image-list", "--os-username", "x")).isEqualTo(2);
    }

    @Test
    void helpAndCompletionNeedNoService() {
        assertThat(run(List.of(), Map.of())).isZero();
        assertThat(out())
                .startsWith("usage: glance ")
                .contains("\nPositional arguments:\n")
                .contains("\nOptions:\n");
        assertThat(run(List.of("help", "image-explode"), Map.of())).isEqualTo(1);
        assertThat(run(List.of("bash_completion"), Map.of())).isZero();
        assertThat(out()).contains("image-list").contains(" --disk-format");
    }

    @Test
    void missingCredentialsAreNamed() {
        assertThat(run(List.of("image-list"), Map.of("OS_AUTH_URL", service.url())))
                .isEqualTo(1);

        assertThat(err()).isEqualTo("You must provide a username via either --os-username or env[OS_USERNAME]\n");
    }

    private void withLocations() {
        service.json(
                "GET /v2/images/" + ID,
                200,
                IMAGE.replace(
                        "\"custom\"",
                        "\"locations\":[{\"url\":\"http://a/1\",\"metadata\":{\"rack\":\"7\"}},"
                                + "{\"url\":\"http://a/2\",\"metadata\":{}},"
                                + "{\"url\":\"http://a/3\",\"metadata\":{}}],\"custom\""));
    }

    private String patched() {
        return service.seen().stream()
                .filter(seen -> seen.call().startsWith("PATCH"))
                .map(FakeService.Seen::body)
                .findFirst()
                .orElse("");
    }

    @Test
    void aLocationIsAddedWithWhatIsKnownOfItsData() {
        assertThat(glance("location-add", "--url", "http://a/4", "--metadata", "{\"rack\":\"9\"}", ID))
                .isZero();
        assertThat(patched())
                .isEqualTo("[{\"op\":\"add\",\"path\":\"/locations/-\",\"value\":"
                        + "{\"url\":\"http://a/4\",\"metadata\":{\"rack\":\"9\"}}}]");
        assertThat(glance("location-add", "--url", "http://a/4", "--hash-algo", "sha512", ID))
                .isEqualTo(1);
        assertThat(glance("location-add", "--url", "http://a/4", "--metadata", "[1]", ID))
                .isEqualTo(1);
        assertThat(err()).contains("not a valid JSON object");
    }

    @Test
    void aLocationGetsOtherMetadata() {
        withLocations();
        assertThat(glance("location-update", "--url", "http://a/1", ID)).isZero();
        assertThat(patched())
                .startsWith("[{\"op\":\"replace\",\"path\":\"/locations\",\"value\":[{\"url\":\"http://a/1\","
                        + "\"metadata\":{}}");
        assertThat(err()).contains("WARNING");
        assertThat(glance("location-update", "--url", "http://b", ID)).isEqualTo(1);
        assertThat(err()).contains("Unknown URL");
    }

    @Test
    void locationsAreRemovedFromTheLastOn() {
        withLocations();
        assertThat(glance("location-delete", "--url", "http://a/1", "--url", "http://a/3", ID))
                .isZero();
        assertThat(patched())
                .isEqualTo("[{\"op\":\"remove\",\"path\":\"/locations/2\"},"
                        + "{\"op\":\"remove\",\"path\":\"/locations/0\"}]");
    }

    @Test
    void locationsThatTheServiceHidesCannotBeChanged() {
        assertThat(glance("location-delete", "--url", "http://a/1", ID)).isEqualTo(1);
        assertThat(err()).contains("has disabled API access to image locations");
    }

    @Test
    void noImageIsMadeForAStoreThatIsNotThere() {
        service.json("GET /v2/info/stores", 200, "{\"stores\": [{\"id\": \"fast\"}]}");
        input = new ByteArrayInputStream("data".getBytes(StandardCharsets.UTF_8));
        String[] creation = {"image-create", "--disk-format", "raw", "--container-format", "bare", "--store", "slow"};
        assertThat(glance(creation)).isEqualTo(1);
        assertThat(err()).contains("Store 'slow' is not valid for this cloud.");
        assertThat(service.calls()).containsExactly("GET /v2/info/stores");
        creation[creation.length - 1] = "fast";
        assertThat(glance(creation)).isZero();
        assertThat(service.seen())
                .anySatisfy(
                        seen -> assertThat(seen.header("x-image-meta-store")).isEqualTo("fast"));
    }

    @Test
    void anImageLeavesOneStore() {
        service.empty("DELETE /v2/stores/slow/" + ID);
        assertThat(glance("stores-delete", "--store", "slow", ID)).isZero();
        assertThat(service.calls()).contains("DELETE /v2/stores/slow/" + ID);
        service.error("DELETE /v2/stores/slow/" + ID, 403, "Forbidden", "last");
        assertThat(glance("stores-delete", "--store", "slow", ID)).isEqualTo(1);
    }
}
