package glance.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

class DownloadTest {
    private static final String ID = "3d0c1f52-6f0e-4b52-9c8e-0a4e8a6b7d11";
    private static final String FILE = "GET /v2/images/" + ID + "/file";

    private final FakeService service;
    private final byte[] data = new byte[3_000_000];
    private final ObjectNode image;

    @TempDir
    Path directory;

    DownloadTest() throws Exception {
        service = new FakeService();
        new Random(7).nextBytes(data);
        image = Json.object()
                .put("id", ID)
                .put("size", data.length)
                .put("os_hash_algo", "sha512")
                .put("os_hash_value", hash("SHA-512"))
                .put("checksum", hash("MD5"));
        describe();
        service.on(FILE, (exchange, seen) -> serve(exchange, seen, data.length));
    }

    @AfterEach
    void stop() {
        service.close();
    }

    private void describe() {
        service.json("GET /v2/images/" + ID, 200, Json.text(image));
    }

    private String hash(String algorithm) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(data));
    }

    /** Serves ranges and breaks off before byte {@code end}. */
    private void serve(HttpExchange exchange, FakeService.Seen seen, int end) throws IOException {
        String range = seen.header("range");
        int start = range.isEmpty() ? 0 : Integer.parseInt(range.replaceAll("[^0-9]", ""));
        exchange.getResponseHeaders().set("Content-Type", "application/octet-stream");
        if (start > 0) {
            exchange.getResponseHeaders()
                    .set("Content-Range", "bytes " + start + "-" + (data.length - 1) + "/" + data.length);
        }
        exchange.sendResponseHeaders(start > 0 ? 206 : 200, data.length - start);
        OutputStream out = exchange.getResponseBody();
        out.write(data, start, end - start);
        if (end == data.length) {
            out.close();
        }
    }

    private Download download() {
        Transport transport = new Transport(Duration.ofSeconds(10), TlsSettings.SYSTEM, null);
        Session session = new Session(
                transport,
                new Session.Login(new Credentials.Anonymous(), new Credentials.Scope.Unscoped(), null),
                new EndpointChoice(service.url(), "image", "public", null));
        return new Download(new ImageClient(session), ID, new Download.Options(null, false), Progress.NONE);
    }

    private Path target() {
        return directory.resolve("disk.img");
    }

    private Path part() {
        return directory.resolve("disk.img." + ID + ".part");
    }

    private void interruptAt(int bytes) {
        service.on(FILE, (exchange, seen) -> serve(exchange, seen, bytes));
        assertThatThrownBy(() -> download().to(target()))
                .isInstanceOf(ClientException.class)
                .hasMessageContaining("the same command continues there");
        service.on(FILE, (exchange, seen) -> serve(exchange, seen, data.length));
    }

    @Test
    void aWholeDownloadLeavesTheFileAndNothingElse() throws IOException {
        download().to(target());

        assertThat(target()).hasBinaryContent(data);
        assertThat(part()).doesNotExist();
    }

    @Test
    void anInterruptedDownloadContinuesWhereItBroke() throws IOException {
        interruptAt(1_000_000);
        assertThat(target()).doesNotExist();
        long kept = Files.size(part());
        assertThat(kept).isBetween(1L, 1_000_000L);

        download().to(target());

        assertThat(service.seen().getLast().header("range")).isEqualTo("bytes=" + kept + "-");
        assertThat(target()).hasBinaryContent(data);
        assertThat(part()).doesNotExist();
    }

    @Test
    void aFileThatIsTheBeginningIsContinued() throws IOException {
        Files.write(target(), Arrays.copyOf(data, 700_000));

        download().to(target());

        assertThat(service.seen().getLast().header("range")).isEqualTo("bytes=700000-");
        assertThat(target()).hasBinaryContent(data);
    }

    @Test
    void aPartOfOtherBytesIsFetchedAnew() throws IOException {
        Files.write(part(), new byte[500_000]);

        download().to(target());

        assertThat(service.calls()).containsExactly("GET /v2/images/" + ID, FILE, FILE);
        assertThat(target()).hasBinaryContent(data);
    }

    @Test
    void aCompletePartNeedsNoRequest() throws IOException {
        Files.write(part(), data);

        download().to(target());

        assertThat(service.calls()).containsExactly("GET /v2/images/" + ID);
        assertThat(target()).hasBinaryContent(data);
    }

    @Test
    void aServiceWithoutRandomAccessSendsAllOfIt() throws IOException {
        Files.write(part(), Arrays.copyOf(data, 400_000));
        service.on(FILE, (exchange, seen) -> {
            if (seen.header("range").isEmpty()) {
                serve(exchange, seen, data.length);
            } else {
                FakeService.send(
                        exchange,
                        400,
                        "text/plain",
                        "no random access".getBytes(java.nio.charset.StandardCharsets.UTF_8));
            }
        });

        download().to(target());

        assertThat(target()).hasBinaryContent(data);
    }

    @Test
    void aPartOfAnImageWithoutHashesIsNotTrusted() throws IOException {
        image.putNull("os_hash_value").putNull("checksum");
        describe();
        Files.write(part(), Arrays.copyOf(data, 400_000));

        download().to(target());

        assertThat(service.seen().getLast().header("range")).isEmpty();
        assertThat(target()).hasBinaryContent(data);
    }

    @Test
    void wrongBytesNeverGetTheName() throws IOException {
        Files.writeString(target(), "an older file");
        data[17]++;

        assertThatThrownBy(() -> download().to(target())).hasMessageContaining("SHA-512 was ");

        assertThat(target()).doesNotExist();
        data[17]--;
        download().to(target());
        assertThat(target()).hasBinaryContent(data);
    }

    @Test
    void aRefusalLeavesAnOlderFileAlone() throws IOException {
        Files.writeString(target(), "an older file");
        service.error(FILE, 403, "Forbidden", "deactivated");

        assertThatThrownBy(() -> download().to(target())).hasMessageContaining("HTTP 403 Forbidden: deactivated");

        assertThat(target()).hasContent("an older file");
        assertThat(part()).doesNotExist();
    }

    @Test
    void anImageWithoutDataIsSaidToHaveNone() {
        service.empty(FILE);

        assertThatThrownBy(() -> download().to(target())).hasMessage("Image " + ID + " has no data.");
    }

    @Test
    void twoDownloadsDoNotShareAPart() throws IOException {
        try (FileChannel other = FileChannel.open(part(), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            assertThat(other.tryLock()).isNotNull();
            assertThatThrownBy(() -> download().to(target())).hasMessageContaining("another download");
        }
    }

    @Test
    void aStreamGetsTheBytesEvenWhenTheirHashIsWrong() {
        data[17]++;
        ByteArrayOutputStream out = new ByteArrayOutputStream();

        assertThatThrownBy(() -> download().to(out)).hasMessageStartingWith("Corrupt image download");

        assertThat(out.toByteArray()).isEqualTo(data);
    }

    @Test
    void anUnknownHashAlgorithmIsRefusedWithoutTheFallback() {
        image.put("os_hash_algo", "whirlpool9");
        describe();

        assertThatThrownBy(() -> download().to(target())).hasMessageContaining("--allow-md5-fallback");
    }
}
