package glance.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import glance.testkit.process.Command;
import glance.testkit.process.PackagedServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Transfers that do not go by the book: each ends in the contract's status and leaves no bytes. */
class TransfersIT {
    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit before anything runs
    static Path directory;

    @SuppressWarnings("NullAway.Init") // set before all tests
    private static PackagedServer server;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        server = PackagedServer.Home.in(Files.createDirectory(directory.resolve("glance")))
                .start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static Api api() {
        return new Api(server.url(), null);
    }

    private static byte[] random(int bytes) {
        byte[] data = new byte[bytes];
        new Random(bytes).nextBytes(data);
        return data;
    }

    private static String active(byte[] data) throws IOException, InterruptedException {
        String id = api().create("active", "raw");
        assertThat(api().upload(id, BodyPublishers.ofByteArray(data)).statusCode())
                .isEqualTo(204);
        return id;
    }

    private static String[] putHead(String id, String... more) {
        String[] head = {
            "PUT /v2/images/" + id + "/file HTTP/1.1", "Host: localhost", "Content-Type: application/octet-stream"
        };
        return Stream.concat(Arrays.stream(head), Arrays.stream(more)).toArray(String[]::new);
    }

    /** Nothing below the store belongs to this image, not even a temporary file. */
    private static void assertNoBytes(Path images, String id) throws IOException {
        try (Stream<Path> files = Files.walk(images)) {
            assertThat(files.filter(Files::isRegularFile)
                            .filter(file -> file.getFileName().toString().contains(id)))
                    .isEmpty();
        }
    }

    private static void assertQueuedAndEmpty(PackagedServer where, String id) throws IOException, InterruptedException {
        Api api = new Api(where.url(), null);
        Eventually.holds("image is queued again", () -> api.status(id).equals("queued"));
        JsonNode image = api.show(id);
        assertThat(image.path("size").isNull()).isTrue();
        assertThat(image.path("checksum").isNull()).isTrue();
        assertNoBytes(where.home().images(), id);
    }

    @Test
    void continueIsSaidOnlyWhenTheBodyIsWanted() throws IOException, InterruptedException {
        byte[] data = random(100_000);
        String id = api().create("expected", "raw");
        String[] head = putHead(id, "Content-Length: " + data.length, "Expect: 100-continue");
        try (RawConnection connection = new RawConnection(server.port())) {
            assertThat(connection.head(head).readHead()).startsWith("HTTP/1.1 100");
            assertThat(connection.send(data).readHead()).startsWith("HTTP/1.1 204");
        }
        try (RawConnection connection = new RawConnection(server.port())) {
            assertThat(connection.head(head).readHead()).startsWith("HTTP/1.1 409");
        }
        assertThat(api().bytes("/v2/images/" + id + "/file").body()).isEqualTo(data);
    }

    @Test
    void aBodyOfUnknownLengthIsCounted() throws IOException, InterruptedException {
        byte[] data = random(3_000_000);
        String id = api().create("chunked", "raw");
        HttpResponse<String> answer =
                api().upload(id, BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(data)));
        assertThat(answer.statusCode()).isEqualTo(204);
        assertThat(api().show(id).path("size").asInt()).isEqualTo(data.length);
        assertThat(api().bytes("/v2/images/" + id + "/file").body()).isEqualTo(data);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 4000000", "Transfer-Encoding: chunked"})
    void anUploaderWhoVanishesLeavesAQueuedImage(String framing) throws IOException, InterruptedException {
        String id = api().create("vanishing", "raw");
        try (RawConnection connection = new RawConnection(server.port())) {
            connection.head(putHead(id, framing));
            byte[] part = random(500_000);
            if (framing.startsWith("Transfer")) {
                connection.send((Integer.toHexString(part.length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
            }
            connection.send(part);
            Eventually.holds("upload has begun", () -> api().status(id).equals("saving"));
        }
        assertQueuedAndEmpty(server, id);
        byte[] data = random(1000);
        assertThat(api().upload(id, BodyPublishers.ofByteArray(data)).statusCode())
                .isEqualTo(204);
    }

    @ParameterizedTest
    @CsvSource({"10, 9", "10, 11", "1000000, 999999"})
    void aDeclaredSizeIsAPromise(String declared, int sent) throws IOException, InterruptedException {
        String id = api().create("promised", "raw");
        HttpResponse<String> answer =
                api().upload(id, BodyPublishers.ofByteArray(random(sent)), "x-openstack-image-size", declared);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertQueuedAndEmpty(server, id);
    }

    @ParameterizedTest
    @CsvSource({
        "bytes=0-4, 206, bytes 0-4/10, 01234",
        "bytes=5-, 206, bytes 5-9/10, 56789",
        "bytes=-3, 206, bytes 7-9/10, 789",
        "bytes=0-100, 206, bytes 0-9/10, 0123456789",
    })
    void rangesAreExact(String range, int status, String contentRange, String body)
            throws IOException, InterruptedException {
        String id = active("0123456789".getBytes(StandardCharsets.US_ASCII));
        HttpResponse<String> answer = api().get("/v2/images/" + id + "/file", "Range", range);
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Range")).contains(contentRange);
        assertThat(answer.body()).isEqualTo(body);
    }

    @ParameterizedTest
    @CsvSource({"bytes=12-, 416", "bytes=5-2, 416", "lines=1-2, 416", "'bytes=0-1,3-4', 400"})
    void rangesThatCannotBeServedAreRefused(String range, int status) throws IOException, InterruptedException {
        String id = active("0123456789".getBytes(StandardCharsets.US_ASCII));
        assertThat(api().get("/v2/images/" + id + "/file", "Range", range).statusCode())
                .isEqualTo(status);
    }

    @Test
    void deletingDuringAnUploadEndsIt() throws IOException, InterruptedException {
        String id = api().create("doomed", "raw");
        byte[] half = random(300_000);
        try (RawConnection connection = new RawConnection(server.port())) {
            connection.head(putHead(id, "Content-Length: " + 2 * half.length)).send(half);
            Eventually.holds("upload has begun", () -> api().status(id).equals("saving"));
            assertThat(api().delete("/v2/images/" + id).statusCode()).isEqualTo(204);
            assertThat(connection.send(half).readHead()).startsWith("HTTP/1.1 410");
        }
        assertThat(api().get("/v2/images/" + id).statusCode()).isEqualTo(404);
        Eventually.holds("its bytes are gone", () -> {
            try (Stream<Path> files = Files.walk(server.home().images())) {
                return files.noneMatch(file -> file.getFileName().toString().contains(id));
            }
        });
    }

    @Test
    void aDownloaderWhoVanishesHarmsNobody() throws IOException, InterruptedException {
        byte[] data = random(8_000_000);
        String id = active(data);
        try (RawConnection connection = new RawConnection(server.port())) {
            connection.head("GET /v2/images/" + id + "/file HTTP/1.1", "Host: localhost");
            assertThat(connection.readHead()).startsWith("HTTP/1.1 200");
            assertThat(connection.read(1000)).isEqualTo(Arrays.copyOf(data, 1000));
        }
        assertThat(api().bytes("/v2/images/" + id + "/file").body()).isEqualTo(data);
    }

    @Test
    void theSizeCapHoldsForBothFramings() throws IOException, InterruptedException {
        Path own = Files.createDirectory(directory.resolve("capped"));
        PackagedServer.Home home = PackagedServer.Home.in(own).with("DEFAULT", "image_size_cap", "100000");
        try (PackagedServer capped = home.start()) {
            Api api = new Api(capped.url(), null);
            byte[] data = random(100_001);
            String known = api.create("known", "raw");
            assertThat(api.upload(known, BodyPublishers.ofByteArray(data)).statusCode())
                    .isEqualTo(413);
            assertQueuedAndEmpty(capped, known);
            String unknown = api.create("unknown", "raw");
            assertThat(api.upload(unknown, BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(data)))
                            .statusCode())
                    .isEqualTo(413);
            assertQueuedAndEmpty(capped, unknown);
        }
    }

    /** A file system of 4 MiB of its own; needs root and the right to mount. */
    @Test
    void aFullDiskIsSaidAndLeavesNothing() throws IOException, InterruptedException {
        Path own = Files.createDirectory(directory.resolve("small"));
        Path disk = Files.createDirectory(own.resolve("images"));
        if (Command.of("mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", disk.toString())
                        .run()
                        .exit()
                != 0) {
            org.junit.jupiter.api.Assumptions.abort("a file system of its own cannot be mounted here");
        }
        try (PackagedServer small = PackagedServer.Home.in(own).start()) {
            Api api = new Api(small.url(), null);
            String id = api.create("too large", "raw");
            byte[] data = random(6_000_000);
            HttpResponse<String> answer =
                    api.upload(id, BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(data)));
            assertThat(answer.statusCode()).isEqualTo(413);
            assertQueuedAndEmpty(small, id);
            assertThat(api.upload(id, BodyPublishers.ofByteArray(random(1_000_000)))
                            .statusCode())
                    .isEqualTo(204);
        } finally {
            Command.of("umount", disk.toString()).run();
        }
    }

    /** The system refuses to let a file grow: another way for a disk to say no. */
    @Test
    void aFileSizeLimitIsSaidAndLeavesNothing() throws IOException, InterruptedException {
        Needs.programs("prlimit");
        Path own = Files.createDirectory(directory.resolve("limited"));
        PackagedServer.Home home = PackagedServer.Home.in(own).behind("prlimit", "--fsize=" + 16_000_000, "--");
        try (PackagedServer limited = home.start()) {
            Api api = new Api(limited.url(), null);
            String id = api.create("too large", "raw");
            HttpResponse<String> answer =
                    api.upload(id, BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(random(20_000_000))));
            assertThat(answer.statusCode()).isEqualTo(413);
            assertQueuedAndEmpty(limited, id);
        }
    }
}
