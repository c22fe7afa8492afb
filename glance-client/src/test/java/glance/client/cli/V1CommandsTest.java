package glance.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The grammar of API v1 against a service that answers from a table; the real one is asked end to end. */
class V1CommandsTest {
    private static final String ID = "3d0c1f52-6f0e-4b52-9c8e-0a4e8a6b7d11";
    private static final String AT = "/v1/images/" + ID;
    private static final String DETAIL = "{\"id\": \"" + ID + "\", \"name\": \"harbor\", \"status\": \"active\","
            + " \"size\": 1536, \"disk_format\": \"raw\", \"container_format\": null, \"owner\": \"p-red\","
            + " \"is_public\": false, \"properties\": {\"os_distro\": \"d\", \"Upper\": null}}";

    private final FakeService service;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private @Nullable InputStream input;
    private boolean terminal;

    @TempDir
    Path directory;

    V1CommandsTest() throws IOException {
        service = new FakeService();
    }

    @BeforeEach
    void answer() {
        service.on("HEAD " + AT, (exchange, _) -> describe(exchange, "active"));
        service.json("GET /v1/images/detail", 200, "{\"images\": [" + DETAIL + "]}");
        service.json("POST /v1/images", 201, "{\"image\": " + DETAIL + "}");
        service.json("PUT " + AT, 200, "{\"image\": " + DETAIL + "}");
        service.on("DELETE " + AT, (exchange, _) -> exchange.sendResponseHeaders(200, -1));
    }

    @AfterEach
    void stop() {
        service.close();
    }

    private static void describe(HttpExchange exchange, String status) throws IOException {
        exchange.getResponseHeaders().set("X-Image-Meta-Id", ID);
        exchange.getResponseHeaders().set("X-Image-Meta-Name", "harbor");
        exchange.getResponseHeaders().set("X-Image-Meta-Status", status);
        exchange.getResponseHeaders().set("X-Image-Meta-Size", "1536");
        exchange.getResponseHeaders().set("X-Image-Meta-Is_public", "True");
        exchange.getResponseHeaders().set("X-Image-Meta-Property-Os_distro", "d");
        exchange.sendResponseHeaders(200, -1);
    }

    private int glance(String... words) {
        List<String> line = new ArrayList<>(List.of("--os-image-url", service.url(), "--os-image-api-version", "1"));
        line.addAll(List.of(words));
        return new GlanceMain(new Terminal(
                        input,
                        false,
                        OptionalLong.empty(),
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        terminal,
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        Map.of(),
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
    void theListHasSixColumnsAndEmptyCellsForNothing() {
        assertThat(glance("image-list")).isZero();

        assertThat(out()).isEqualTo("""
                +--------------------------------------+--------+-------------+------------------+------+--------+
                | ID                                   | Name   | Disk Format | Container Format | Size | Status |
                +--------------------------------------+--------+-------------+------------------+------+--------+
                | 3d0c1f52-6f0e-4b52-9c8e-0a4e8a6b7d11 | harbor | raw         |                  | 1536 | active |
                +--------------------------------------+--------+-------------+------------------+------+--------+
                """);
        assertThat(service.calls()).containsExactly("GET /v1/images/detail?limit=20&sort_key=name&sort_dir=asc");
    }

    @Test
    void pagesAreAskedForUntilAShortOne() {
        service.on(
                "GET /v1/images/detail",
                (exchange, seen) -> FakeService.send(
                        exchange,
                        200,
                        "application/json",
                        ("{\"images\": [" + (seen.call().contains("marker") ? "" : DETAIL) + "]}")
                                .getBytes(StandardCharsets.UTF_8)));

        assertThat(glance("image-list", "--page-size", "1", "--is-public", "no", "--property-filter", "os distro=a=b"))
                .isZero();

        assertThat(service.calls())
                .containsExactly(
                        "GET /v1/images/detail?limit=1&sort_key=name&sort_dir=asc&property-os%20distro=a%3Db"
                                + "&is_public=False",
                        "GET /v1/images/detail?limit=1&sort_key=name&sort_dir=asc&property-os%20distro=a%3Db"
                                + "&is_public=False&marker=" + ID);
        assertThat(out()).containsOnlyOnce(ID);
    }

    @Test
    void aServiceThatRepeatsItsPagesDoesNotHoldTheClient() {
        assertThat(glance("image-list", "--page-size", "1")).isEqualTo(1);

        assertThat(err()).contains("does not end");
    }

    @Test
    void anOwnerIsPickedHereFromTheImagesOfAll() {
        assertThat(glance("image-list", "--owner", "p-blue", "--is-public", "true"))
                .isZero();

        assertThat(out()).doesNotContain(ID);
        assertThat(service.calls().getFirst()).endsWith("&is_public=None");
    }

    @Test
    void showPrintsTheHeaders() {
        assertThat(glance("image-show", ID)).isZero();

        assertThat(out()).isEqualTo("""
                +----------------------+--------------------------------------+
                | Property             | Value                                |
                +----------------------+--------------------------------------+
                | Property 'os_distro' | d                                    |
                | id                   | 3d0c1f52-6f0e-4b52-9c8e-0a4e8a6b7d11 |
                | is_public            | True                                 |
                | name                 | harbor                               |
                | size                 | 1536                                 |
                | status               | active                               |
                +----------------------+--------------------------------------+
                """);
    }

    @Test
    void aNameIsLookedUpInTheList() {
        assertThat(glance("image-show", "--human-readable", "harbor & co")).isZero();

        assertThat(service.calls())
                .containsExactly("GET /v1/images/detail?limit=20&name=harbor%20%26%20co", "HEAD " + AT);
        assertThat(out()).contains("| 1.5kB ");
    }

    @Test
    void aNameOfNoneOrOfSeveralImagesIsRefused() {
        service.json("GET /v1/images/detail", 200, "{\"images\": [" + DETAIL + ", " + DETAIL + "]}");
        assertThat(glance("image-show", "harbor")).isEqualTo(1);
        assertThat(err()).isEqualTo("Multiple image matches found for 'harbor', use an ID to be more specific.\n");
        err.reset();

        service.json("GET /v1/images/detail", 200, "{\"images\": []}");
        assertThat(glance("image-show", "00000000-0000-0000-0000-000000000000")).isEqualTo(1);
        assertThat(err()).isEqualTo("No image with a name or ID of '00000000-0000-0000-0000-000000000000' exists.\n");
    }

    @Test
    void createSaysEverythingInOneRequest() throws IOException {
        Files.writeString(directory.resolve("disk"), "0123456789");

        assertThat(glance(
                        "image-create",
                        "--name",
                        "hafen",
                        "--disk-format",
                        "raw",
                        "--container-format",
                        "bare",
                        "--min-disk",
                        "3",
                        "--is-protected",
                        "on",
                        "--store",
                        "file",
                        "--checksum",
                        "aa",
                        "--property",
                        "os_distro=a=b c",
                        "--file",
                        "disk",
                        "--progress"))
                .isZero();

        assertThat(service.calls()).containsExactly("POST /v1/images");
        FakeService.Seen post = service.seen().getFirst();
        assertThat(post.body()).isEqualTo("0123456789");
        assertThat(post.headers())
                .containsEntry("transfer-encoding", "chunked")
                .containsEntry("content-type", "application/octet-stream")
                .containsEntry("x-image-meta-name", "hafen")
                .containsEntry("x-image-meta-disk_format", "raw")
                .containsEntry("x-image-meta-min_disk", "3")
                .containsEntry("x-image-meta-size", "10")
                .containsEntry("x-image-meta-is_public", "None")
                .containsEntry("x-image-meta-protected", "True")
                .containsEntry("x-image-meta-store", "file")
                .containsEntry("x-image-meta-checksum", "aa")
                .containsEntry("x-image-meta-property-os_distro", "a=b c");
        assertThat(out())
                .contains("| Property 'Upper'     | None ")
                .contains("| container_format     | None ")
                .contains("| is_public            | False ");
    }

    @Test
    void namesTravelAsTheyAre() {
        assertThat(glance("image-create", "--name", "Häfen 船")).isZero();

        byte[] onTheWire = service.seen().getFirst().header("x-image-meta-name").getBytes(StandardCharsets.ISO_8859_1);
        assertThat(onTheWire).isEqualTo("Häfen 船".getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void anExternalPlaceLeavesStandardInputAlone() {
        input = new ByteArrayInputStream(new byte[10]);

        assertThat(glance(
                        "image-create",
                        "--disk-format",
                        "raw",
                        "--container-format",
                        "bare",
                        "--size",
                        "7",
                        "--copy-from",
                        "http://mirror.example.test/a"))
                .isZero();

        FakeService.Seen post = service.seen().getFirst();
        assertThat(post.body()).isEmpty();
        assertThat(post.headers())
                .containsEntry("x-glance-api-copy-from", "http://mirror.example.test/a")
                .containsEntry("x-image-meta-size", "7")
                .containsEntry("content-length", "0");
        assertThat(glance("image-create", "--location", "http://mirror.example.test/a"))
                .isEqualTo(1);
        assertThat(err()).isEqualTo("error: Must provide --disk-format, --container-format when using --location.\n");
    }

    @Test
    void whatNoHeaderCanCarryIsNotSent() {
        assertThat(glance("image-create", "--name", "a\r\nx-image-meta-is_public: True"))
                .isEqualTo(1);
        assertThat(err()).startsWith("The value of --name holds a line break");
        assertThat(glance("image-create", "--property", "a b=c")).isEqualTo(1);
        assertThat(glance("image-create", "--property", "x")).isEqualTo(1);
        assertThat(service.calls()).isEmpty();
    }

    @Test
    void anUpdateKeepsOtherPropertiesUnlessTheyArePurged() {
        assertThat(glance("image-update", ID, "--name", "new", "--property", "a=1"))
                .isZero();
        assertThat(glance("image-update", ID, "--purge-props")).isZero();

        FakeService.Seen kept = service.seen().get(1);
        assertThat(kept.call()).isEqualTo("PUT " + AT);
        assertThat(kept.headers())
                .containsEntry("x-glance-registry-purge-props", "false")
                .containsEntry("x-image-meta-name", "new")
                .containsEntry("x-image-meta-property-a", "1")
                .doesNotContainKey("x-image-meta-is_public");
        assertThat(service.seen().get(3).headers()).containsEntry("x-glance-registry-purge-props", "true");
    }

    @Test
    void dataAreForQueuedImagesOnly() {
        input = new ByteArrayInputStream("piped".getBytes(StandardCharsets.UTF_8));
        assertThat(glance("image-update", ID)).isEqualTo(1);
        assertThat(err()).isEqualTo("Unable to upload image data to an image which is active.\n");

        service.on("HEAD " + AT, (exchange, _) -> describe(exchange, "queued"));
        assertThat(glance("image-update", ID)).isZero();
        assertThat(service.seen().getLast().body()).isEqualTo("piped");
    }

    @Test
    void deletionGoesOnAfterAFailureAndFailsAtTheEnd() {
        service.error("DELETE " + AT, 403, "Forbidden", "protected");

        assertThat(glance("--verbose", "image-delete", ID, ID)).isEqualTo(1);

        assertThat(out()).isEqualTo(("Requesting image delete for " + ID + " ... [Fail]\n").repeat(2));
        assertThat(err()).isEqualTo(("HTTP 403 Forbidden: protected: Unable to delete image " + ID + "\n").repeat(2));
    }

    @Test
    void aDownloadIsComparedWithTheChecksumOfItsHeaders() throws IOException {
        service.on("GET " + AT, (exchange, _) -> {
            exchange.getResponseHeaders().set("X-Image-Meta-Checksum", "781e5e245d69b566979b86e28d23f2c7");
            FakeService.send(exchange, 200, "application/octet-stream", "0123456789".getBytes(StandardCharsets.UTF_8));
        });
        assertThat(glance("image-download", ID, "--file", "copy")).isZero();
        assertThat(directory.resolve("copy")).hasContent("0123456789");

        service.on("GET " + AT, (exchange, _) -> {
            exchange.getResponseHeaders().set("X-Image-Meta-Checksum", "781e5e245d69b566979b86e28d23f2c7");
            FakeService.send(exchange, 200, "application/octet-stream", new byte[10]);
        });
        assertThat(glance("image-download", ID)).isEqualTo(1);
        assertThat(err()).contains("expected 781e5e245d69b566979b86e28d23f2c7");
    }

    @Test
    void dataThatEndEarlyLeaveNothingBehind() throws IOException {
        service.on("GET " + AT, (exchange, _) -> {
            exchange.sendResponseHeaders(200, 20);
            exchange.getResponseBody().write(new byte[10]);
            exchange.getResponseBody().flush();
            throw new IOException("gone");
        });

        assertThat(glance("image-download", ID, "--file", "copy")).isEqualTo(1);

        assertThat(err()).startsWith("Unable to download image '" + ID + "'").doesNotContain("continues");
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void imageDataDoNotGoToATerminal() {
        terminal = true;

        assertThat(glance("image-download", ID)).isEqualTo(1);
        assertThat(service.calls()).isEmpty();
    }

    @Test
    void membersAreListedFromEitherSide() {
        service.json(
                "GET " + AT + "/members", 200, "{\"members\": [{\"member_id\": \"p-blue\", \"can_share\": true}]}");
        service.json(
                "GET /v1/shared-images/p-blue",
                200,
                "{\"shared_images\": [{\"image_id\": \"i\", \"can_share\": false}]}");

        assertThat(glance("member-list", "--image-id", ID)).isZero();
        assertThat(out()).contains("| " + ID + " | p-blue    | True      |\n");
        out.reset();
        assertThat(glance("member-list", "--tenant-id", "p-blue")).isZero();
        assertThat(out()).contains("| i        | p-blue    |           |\n");

        assertThat(glance("member-list")).isEqualTo(1);
        assertThat(glance("member-list", "--tenant-id", "p-blue", "--image-id", ID))
                .isEqualTo(1);
        assertThat(err()).isEqualTo("""
                Unable to list all members. Specify --image-id or --tenant-id
                Unable to filter members by both --image-id and --tenant-id.
                """);
    }

    @Test
    void membershipIsPutAndDeletedSilently() {
        service.empty("PUT " + AT + "/members/p-blue").empty("DELETE " + AT + "/members/p-blue");

        assertThat(glance("member-create", ID, "p-blue", "--can-share")).isZero();
        assertThat(glance("member-delete", ID, "p-blue")).isZero();

        assertThat(service.seen().get(1).body()).isEqualTo("{\"member\":{\"can_share\":true}}");
        assertThat(out()).isEmpty();
    }

    @Test
    void commandsAndOptionsOfVersion2AreUnknown() {
        assertThat(glance("image-tag-update", ID, "t")).isEqualTo(2);
        assertThat(glance("image-list", "--visibility", "public")).isEqualTo(2);
        assertThat(glance("image-create", "--is-public", "maybe")).isEqualTo(2);
        assertThat(service.calls()).isEmpty();
    }

    @Test
    void helpAndCompletionAreThoseOfTheVersion() {
        assertThat(glance("help", "image-update")).isZero();
        assertThat(out()).contains("--purge-props").contains("[--is-public {True,False}]");
        out.reset();
        assertThat(glance("bash-completion")).isZero();
        assertThat(out()).contains("--copy-from").doesNotContain("image-tag-update");
    }
}
