package glance.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import glance.testkit.process.PackagedServer;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** API v1 with data on a real web server, and with places a client may not lead the service to. */
@Timeout(120)
class RemoteSourcesIT {
    private static final byte[] DATA = new byte[5_000_000];

    static {
        new Random(9).nextBytes(DATA);
    }

    private static final List<String> CLOSED = List.of(
            "file:///etc/passwd",
            "filesystem:///etc/passwd",
            "swift+config://ref/container/object",
            "swift://host/container/object",
            "gopher://127.0.0.1/x",
            "nonsense",
            "",
            "http://",
            "http://169.254.169.254/latest/meta-data/",
            "http://localhost:PORT/files/data",
            "http://127.1:PORT/files/data",
            "http://2130706433:PORT/files/data",
            "http://0x7f.0.0.1:PORT/files/data",
            "http://0177.0.0.1:PORT/files/data",
            "http://127.0.0.1:PORT/files/data",
            "http://[::1]:PORT/files/data",
            "http://[::ffff:127.0.0.1]:PORT/files/data",
            "http://[::ffff:7f00:1]:PORT/files/data",
            "http://192.0.2.1@127.0.0.1:PORT/files/data",
            "http://192.0.2.1:80@127.0.0.1:PORT/files/data",
            "http://127.0.0.1:PORT#@192.0.2.1/",
            "http://192.0.2.1\\@127.0.0.1:PORT/files/data");

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit before anything runs
    static Path directory;

    @SuppressWarnings("NullAway.Init") // set before all tests
    private static Nginx web;

    /** May reach the web server, and keeps running. */
    @SuppressWarnings("NullAway.Init") // set before all tests
    private static PackagedServer server;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        web = Nginx.start(Files.createDirectory(directory.resolve("web")));
        Files.write(web.files().resolve("data"), DATA);
        server = home("shared").start();
    }

    @AfterAll
    static void stop() {
        server.close();
        web.close();
    }

    private static PackagedServer.Home home(String name) throws IOException {
        return PackagedServer.Home.in(Files.createDirectory(directory.resolve(name)))
                .with("DEFAULT", "enable_v1_api", "true")
                .with("DEFAULT", "image_size_cap", "6000000")
                .with("fetch", "allowed_networks", "127.0.0.1");
    }

    private static HttpResponse<String> copy(PackagedServer at, String id, String url, String... headers)
            throws IOException, InterruptedException {
        String[] all = Stream.concat(
                        Stream.of("x-image-meta-id", id, "x-glance-api-copy-from", url), Arrays.stream(headers))
                .toArray(String[]::new);
        return api(at).method("POST", "/v1/images", all);
    }

    private static HttpResponse<String> located(PackagedServer at, String id, String url, String... headers)
            throws IOException, InterruptedException {
        List<String> fixed = List.of(
                "x-image-meta-id",
                id,
                "x-image-meta-disk_format",
                "raw",
                "x-image-meta-container_format",
                "bare",
                "x-image-meta-location",
                url);
        String[] all = Stream.concat(fixed.stream(), Arrays.stream(headers)).toArray(String[]::new);
        return api(at).method("POST", "/v1/images", all);
    }

    private static Api api(PackagedServer at) {
        return new Api(at.url(), null);
    }

    private static String newId() {
        return UUID.randomUUID().toString();
    }

    private static String meta(PackagedServer at, String id, String field) throws IOException, InterruptedException {
        return api(at).method("HEAD", "/v1/images/" + id)
                .headers()
                .firstValue("x-image-meta-" + field)
                .orElse("");
    }

    private static void awaitStatus(PackagedServer at, String id, String status)
            throws IOException, InterruptedException {
        Eventually.holds(id + " is " + status, () -> meta(at, id, "status").equals(status));
    }

    /** The image's files in the store, half-written ones too. */
    private static List<Path> stored(PackagedServer at, String id) throws IOException {
        try (Stream<Path> files = Files.walk(at.home().images())) {
            return files.filter(file -> file.getFileName().toString().contains(id))
                    .filter(Files::isRegularFile)
                    .toList();
        }
    }

    private static String log(PackagedServer at) throws IOException {
        return Files.readString(at.home().log());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/files/data", "/moved/301/data", "/moved/307/data", "/moved/308/data"})
    void aCopyIsAnsweredQueuedAndBecomesActiveWithTheSameBytes(String path) throws Exception {
        String id = newId();
        HttpResponse<String> answer = copy(server, id, web.url(path).toString());
        assertThat(answer.statusCode()).isEqualTo(201);
        assertThat(Api.json(answer).at("/image/status").asString()).isEqualTo("queued");
        awaitStatus(server, id, "active");
        assertThat(meta(server, id, "size")).isEqualTo("" + DATA.length);
        assertThat(meta(server, id, "checksum")).hasSize(32);
        assertThat(api(server).bytes("/v1/images/" + id).body()).isEqualTo(DATA);
    }

    @Test
    void aReservedImageIsFilledByACopy() throws Exception {
        String id = newId();
        assertThat(api(server)
                        .method("POST", "/v1/images", "x-image-meta-id", id, "x-image-meta-name", "later")
                        .statusCode())
                .isEqualTo(201);
        String[] copyFrom = {"x-glance-api-copy_from", web.url("/files/data").toString()};
        assertThat(api(server).method("PUT", "/v1/images/" + id, copyFrom).statusCode())
                .isEqualTo(200);
        awaitStatus(server, id, "active");
        assertThat(api(server).method("PUT", "/v1/images/" + id, copyFrom).statusCode())
                .isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/files/absent", "/fails", "/to-metadata", "/to-loopback", "/to-file", "/files/large"})
    void aCopyThatFailsLeavesAKilledImageAndNoBytes(String path) throws Exception {
        Files.write(web.files().resolve("large"), new byte[6_000_001]);
        String id = newId();
        // With a size the source is not looked at before the copy.
        HttpResponse<String> answer =
                copy(server, id, web.url(path).toString(), "x-image-meta-size", Long.toString(DATA.length));
        assertThat(answer.statusCode()).isEqualTo(201);
        awaitStatus(server, id, "killed");
        assertThat(stored(server, id)).isEmpty();
        Eventually.holds("it is told", () -> log(server).contains("copy failed image=" + id));
        assertThat(web.asked()).doesNotContain("127.0.0.2");
    }

    @Test
    void dataOfAnotherChecksumThanDeclaredIsKilled() throws Exception {
        String id = newId();
        String declared = "0".repeat(32);
        HttpResponse<String> answer =
                copy(server, id, web.url("/files/data").toString(), "x-image-meta-checksum", declared);
        assertThat(answer.headers().firstValue("ETag")).contains(declared);
        awaitStatus(server, id, "killed");
        assertThat(stored(server, id)).isEmpty();
    }

    @Test
    void aSourceThatIsNotThereIsToldWhereNoSizeIsDeclared() throws Exception {
        assertThat(copy(server, newId(), web.url("/files/absent").toString()).statusCode())
                .isEqualTo(404);
        assertThat(located(server, newId(), web.url("/files/absent").toString()).statusCode())
                .isEqualTo(404);
        String nobody = "http://127.0.0.1:" + PackagedServer.freePort() + "/x";
        assertThat(located(server, newId(), nobody).statusCode()).isEqualTo(400);
    }

    @Test
    void aLocationIsServedAsItIsAndOutlivesTheImage() throws Exception {
        String id = newId();
        String url = web.url("/files/data").toString();
        HttpResponse<String> answer = located(server, id, url);
        assertThat(answer.statusCode()).isEqualTo(201);
        assertThat(Api.json(answer).at("/image/status").asString()).isEqualTo("active");
        assertThat(Api.json(answer).at("/image/checksum").isNull()).isTrue();
        assertThat(answer.headers().firstValue("ETag")).isEmpty();
        assertThat(answer.body()).doesNotContain(url);
        assertThat(api(server).bytes("/v1/images/" + id).body()).isEqualTo(DATA);
        assertThat(stored(server, id)).isEmpty();
        assertThat(located(server, newId(), url, "x-image-meta-size", "7").statusCode())
                .isEqualTo(409);
        assertThat(api(server).delete("/v1/images/" + id).statusCode()).isEqualTo(200);
        assertThat(web.files().resolve("data")).exists();
        assertThat(web.asked()).doesNotContain("DELETE");
    }

    @Test
    void twoSourcesAreRefusedAndLeaveAQueuedImage() throws Exception {
        String id = newId();
        String url = web.url("/files/data").toString();
        assertThat(located(server, id, url, "x-glance-api-copy-from", url).statusCode())
                .isEqualTo(400);
        assertThat(meta(server, id, "status")).isEqualTo("queued");
    }

    /** The web server would answer at most of them, were it asked. */
    @Test
    void placesNoClientMayNameAreRefusedAndNotAsked() throws Exception {
        Nginx unasked = Nginx.start(Files.createDirectory(directory.resolve("unasked")));
        PackagedServer.Home closed = home("closed").with("fetch", "allowed_networks", "192.0.2.99");
        try (unasked;
                PackagedServer guarded = closed.start()) {
            for (String place : CLOSED) {
                String url = place.replace("PORT", Integer.toString(unasked.port()));
                HttpResponse<String> copied = copy(guarded, newId(), url);
                assertThat(copied.statusCode()).as(url).isEqualTo(400);
                assertThat(copied.body()).doesNotContain("this machine").doesNotContain("allowed_networks");
                assertThat(located(guarded, newId(), url).statusCode()).as(url).isEqualTo(400);
                String late = newId();
                // With a size the place is not looked at before the copy.
                HttpResponse<String> trusted = copy(guarded, late, url, "x-image-meta-size", "5");
                if (trusted.statusCode() == 201) {
                    awaitStatus(guarded, late, "killed");
                } else {
                    assertThat(trusted.statusCode()).as(url).isEqualTo(400);
                }
            }
            assertThat(unasked.asked()).isEmpty();
        }
    }

    @Test
    void aKillInTheMiddleOfACopyLeavesAKilledImageAndNoBytes() throws Exception {
        String id = newId();
        PackagedServer.Home home = home("crashing");
        try (PackagedServer crashing = home.start()) {
            copy(crashing, id, web.url("/slow/data").toString());
            Eventually.holds("bytes arrive", () -> !stored(crashing, id).isEmpty());
            assertThat(meta(crashing, id, "status")).isEqualTo("saving");
            crashing.kill();
        }
        try (PackagedServer next = home.start()) {
            assertThat(meta(next, id, "status")).isEqualTo("killed");
            assertThat(stored(next, id)).isEmpty();
            assertThat(log(next)).contains("to=killed reason=abandoned copy");
            assertThat(api(next).delete("/v1/images/" + id).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void deletingAnImageThatIsCopiedStopsTheCopy() throws Exception {
        String id = newId();
        copy(server, id, web.url("/slow/data").toString());
        Eventually.holds("bytes arrive", () -> !stored(server, id).isEmpty());
        assertThat(api(server).delete("/v1/images/" + id).statusCode()).isEqualTo(200);
        Eventually.holds("the copy stops", () -> stored(server, id).isEmpty());
        Eventually.holds("it is told", () -> log(server).contains("copy failed image=" + id));
    }

    @Test
    void aStopWithinTheDrainTimeKillsTheCopy() throws Exception {
        String id = newId();
        PackagedServer.Home hurried = home("hurried").with("DEFAULT", "graceful_shutdown_timeout", "1");
        try (PackagedServer stopping = hurried.start()) {
            copy(stopping, id, web.url("/slow/data").toString());
            Eventually.holds("bytes arrive", () -> !stored(stopping, id).isEmpty());
            stopping.terminate();
            assertThat(stopping.awaitExit(Duration.ofSeconds(10))).isZero();
            assertThat(stored(stopping, id)).isEmpty();
            assertThat(log(stopping)).contains("from=saving to=killed reason=the service is stopping");
        }
    }

    @Test
    void copiesAreCounted() throws Exception {
        String id = newId();
        copy(server, id, web.url("/files/data").toString());
        awaitStatus(server, id, "active");
        Eventually.holds(
                "the copy is counted",
                () -> api(server).get("/metrics").body().contains("glance_copies_total{outcome=\"active\"}"));
    }
}
