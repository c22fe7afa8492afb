package glance.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

class ParallelDownloadTest {
    private static final String ID = "3d0c1f52-6f0e-4b52-9c8e-0a4e8a6b7d11";
    private static final String FILE = "GET /v2/images/" + ID + "/file";
    private static final int SEGMENT = 100_000;

    /** Not a whole number of segments. */
    private static final byte[] DATA = new byte[4 * SEGMENT + 1234];

    static {
        new Random(11).nextBytes(DATA);
    }

    private final FakeService service;
    private final ObjectNode image;
    private final AtomicInteger refusedSegment = new AtomicInteger(-1);

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit before anything runs
    Path directory;

    ParallelDownloadTest() throws Exception {
        service = new FakeService(8);
        image = Json.object()
                .put("id", ID)
                .put("size", DATA.length)
                .put("os_hash_algo", "sha512")
                .put(
                        "os_hash_value",
                        HexFormat.of()
                                .formatHex(MessageDigest.getInstance("SHA-512").digest(DATA)));
        service.on(FILE, this::serve);
    }

    @BeforeEach
    void describe() {
        service.json("GET /v2/images/" + ID, 200, Json.text(image));
    }

    @AfterEach
    void stop() {
        service.close();
    }

    /** Serves ranges, and breaks off half-way in the segment to be refused. */
    private void serve(HttpExchange exchange, FakeService.Seen seen) throws IOException {
        String[] range = seen.header("range").replace("bytes=", "").split("-", -1);
        exchange.getResponseHeaders().set("Content-Type", "application/octet-stream");
        if (range.length < 2 || range[1].isEmpty()) {
            int from = range.length < 2 ? 0 : Integer.parseInt(range[0]);
            exchange.sendResponseHeaders(from == 0 ? 200 : 416, from == 0 ? DATA.length : -1);
            exchange.getResponseBody().write(DATA, from, DATA.length - from);
            return;
        }
        int start = Integer.parseInt(range[0]);
        int end = Integer.parseInt(range[1]) + 1;
        exchange.getResponseHeaders().set("Content-Range", "bytes " + start + "-" + (end - 1) + "/" + DATA.length);
        exchange.sendResponseHeaders(206, end - start);
        OutputStream out = exchange.getResponseBody();
        boolean breaks = end - start > 1 && start / SEGMENT == refusedSegment.get();
        out.write(DATA, start, breaks ? (end - start) / 2 : end - start);
        if (breaks) {
            throw new IOException("cut");
        }
    }

    private Download download() {
        Session session = new Session(
                new Transport(Duration.ofSeconds(10), TlsSettings.SYSTEM, null),
                new Session.Login(new Credentials.Anonymous(), new Credentials.Scope.Unscoped(), null),
                new EndpointChoice(service.url(), "image", "public", null));
        return new Download(new ImageClient(session), ID, new Download.Options(null, false), Progress.NONE)
                .inSegmentsOf(SEGMENT);
    }

    private long rangesAsked() {
        return service.seen().stream()
                .filter(seen -> !seen.header("range").isEmpty())
                .count();
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> all = Files.list(directory)) {
            return all.toList();
        }
    }

    @Test
    void rangesArriveTogetherAndMakeTheImage() throws IOException {
        Path file = directory.resolve("image");

        download().to(file);

        assertThat(file).hasBinaryContent(DATA);
        assertThat(rangesAsked()).isEqualTo(1 + 5); // one to see whether the service knows them
        assertThat(files()).containsExactly(file);
    }

    @Test
    void whatCameBeforeACutIsNotFetchedAgain() throws IOException {
        Path file = directory.resolve("image");
        refusedSegment.set(2);
        // every try brings half of what is left, and after four the client gives up
        assertThatThrownBy(() -> download().to(file))
                .isInstanceOf(ClientException.class)
                .hasMessageContaining("the same command continues there");
        assertThat(file).doesNotExist();
        refusedSegment.set(-1);
        int before = service.seen().size();

        download().to(file);

        assertThat(file).hasBinaryContent(DATA);
        assertThat(service.seen().size() - before).isLessThan(2 + 5);
        assertThat(files()).containsExactly(file);
    }

    @Test
    void aPartOfAnotherImageOfTheSameSizeIsFetchedAnew() throws IOException {
        Path file = directory.resolve("image");
        Path part = directory.resolve("image." + ID + ".part");
        Files.write(part, new byte[DATA.length]);
        Files.writeString(
                directory.resolve(part.getFileName() + ".state"),
                "glance-part " + DATA.length + " " + SEGMENT + " SHA-512 00\n#####");

        download().to(file);

        assertThat(file).hasBinaryContent(DATA);
    }

    @Test
    void damageInAPartIsFoundAndTheImageFetchedOnceMore() throws IOException {
        Path file = directory.resolve("image");
        byte[] damaged = Arrays.copyOf(DATA, 3 * SEGMENT);
        damaged[SEGMENT + 7] ^= 1;
        Files.write(file, damaged); // an older client's unfinished file

        download().to(file);

        assertThat(file).hasBinaryContent(DATA);
    }

    @Test
    void aWrongImageIsRefusedAndLeavesNoStateBehind() throws IOException {
        image.put("os_hash_value", "00");
        describe();

        assertThatThrownBy(() -> download().to(directory.resolve("image")))
                .isInstanceOf(ClientException.class)
                .hasMessageContaining("Corrupt image download");

        assertThat(directory.resolve("image")).doesNotExist();
        assertThat(directory.resolve("image." + ID + ".part.state")).doesNotExist();
    }

    @Test
    void aServiceWithoutRangesIsReadFromItsStart() throws IOException {
        service.on(FILE, (exchange, _) -> {
            exchange.sendResponseHeaders(200, DATA.length);
            exchange.getResponseBody().write(DATA);
        });

        download().to(directory.resolve("image"));

        assertThat(directory.resolve("image")).hasBinaryContent(DATA);
        assertThat(service.seen()).hasSize(3); // the image, the probe, the data
    }
}
