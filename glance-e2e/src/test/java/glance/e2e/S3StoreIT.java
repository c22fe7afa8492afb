package glance.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import glance.testkit.process.Command;
import glance.testkit.process.PackagedServer;
import glance.testkit.store.ObjectServer;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The packaged server with its images behind a real S3, under the reference client and looked at with an S3 tool. */
class S3StoreIT {
    private static final int PART = 5 << 20;

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit before anything runs
    Path directory;

    private final ObjectServer s3 = ObjectServer.shared();
    private final String bucket = s3.freshName();

    private PackagedServer.Home alone() {
        return PackagedServer.Home.in(directory)
                .with("glance_store", "stores", "s3")
                .with("glance_store", "default_store", "s3")
                .with("DEFAULT", "show_multiple_locations", "true")
                .with("glance_store", "s3_store_host", s3.fact("S3_URL"))
                .with("glance_store", "s3_store_access_key", s3.fact("S3_ACCESS_KEY"))
                .with("glance_store", "s3_store_secret_key", s3.fact("S3_SECRET_KEY"))
                .with("glance_store", "s3_store_bucket", bucket)
                .with("glance_store", "s3_store_create_bucket_on_put", "true")
                .with("glance_store", "s3_store_large_object_size", "8")
                .with("glance_store", "s3_store_large_object_chunk_size", "5");
    }

    private Command s3cmd(String... words) {
        Needs.programs("s3cmd");
        String host = s3.s3().getAuthority();
        return Command.of("s3cmd", "--no-ssl", "--host=" + host, "--host-bucket=" + host)
                .and("--access_key=" + s3.fact("S3_ACCESS_KEY"), "--secret_key=" + s3.fact("S3_SECRET_KEY"))
                .and(words)
                .with("HOME", directory.toString());
    }

    private Command referenceClient(PackagedServer server, String... words) {
        Needs.programs("glance");
        return Command.of("/usr/bin/glance", "--os-image-url", server.url().toString(), "--os-auth-token", "unused")
                .and(words)
                .with("HOME", directory.toString());
    }

    private Path data(int size) throws IOException {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return Files.write(directory.resolve("data-" + size), bytes);
    }

    private String upload(PackagedServer server, Path data) throws IOException, InterruptedException {
        Map<String, String> created = Tables.properties(
                referenceClient(server, "image-create", "--disk-format", "raw", "--container-format", "bare")
                        .and("--file", data.toString())
                        .run()
                        .orFail());
        assertThat(created)
                .containsEntry("status", "active")
                .containsEntry("size", Long.toString(Files.size(data)))
                .containsEntry("checksum", RealImages.digest("MD5", data));
        return created.getOrDefault("id", "");
    }

    private void assertServed(PackagedServer server, String id, Path data) throws IOException, InterruptedException {
        Path copy = directory.resolve("copy-" + id);
        referenceClient(server, "image-download", "--file", copy.toString(), id)
                .run()
                .orFail();
        assertThat(copy).hasSameBinaryContentAs(data);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, PART, PART + 1, 30_000_001})
    void anImageIsOnePlainObjectNamedByItsId(int size) throws IOException, InterruptedException {
        Path data = data(size);
        try (PackagedServer server = alone().start()) {
            String id = upload(server, data);
            assertThat(s3cmd("ls", "s3://" + bucket).run().orFail().lines())
                    .singleElement()
                    .asString()
                    .matches(".* " + size + " +s3://" + bucket + "/" + id);
            Path copy = directory.resolve("by-s3cmd");
            s3cmd("get", "--force", "s3://" + bucket + "/" + id, copy.toString())
                    .run()
                    .orFail();
            assertThat(copy).hasSameBinaryContentAs(data);
            assertServed(server, id, data);
            referenceClient(server, "image-delete", id).run().orFail();
            assertThat(s3cmd("ls", "s3://" + bucket).run().orFail()).isBlank();
        }
    }

    @Test
    void rangesAreExactAtThePartsBorders() throws IOException, InterruptedException {
        Path data = data(2 * PART + 7);
        byte[] bytes = Files.readAllBytes(data);
        try (PackagedServer server = alone().start()) {
            String id = upload(server, data);
            for (int start : new int[] {0, PART - 1, PART, 2 * PART - 3, bytes.length - 1}) {
                int end = Math.min(bytes.length, start + 6);
                HttpResponse<byte[]> range = new Api(server.url(), null)
                        .bytes("/v2/images/" + id + "/file", "Range", "bytes=" + start + "-" + (end - 1));
                assertThat(range.statusCode()).isEqualTo(206);
                assertThat(range.body()).isEqualTo(Arrays.copyOfRange(bytes, start, end));
            }
        }
    }

    @Test
    void aClientThatGoesLeavesNeitherObjectNorParts() throws IOException, InterruptedException {
        try (PackagedServer server = alone().start()) {
            String id = new Api(server.url(), null).create("abandoned", "raw");
            try (RawConnection client = new RawConnection(server.port())) {
                client.head(
                        "PUT /v2/images/" + id + "/file HTTP/1.1",
                        "Host: localhost",
                        "Content-Type: application/octet-stream",
                        "Content-Length: 40000000");
                client.send(new byte[3 * PART]);
                Eventually.holds("parts are on their way", () -> unfinished().contains(id));
            }
            Eventually.holds(
                    "the image can be uploaded again",
                    () -> new Api(server.url(), null)
                            .show(id)
                            .path("status")
                            .asString()
                            .equals("queued"));
            assertThat(unfinished()).doesNotContain(id);
            assertThat(s3cmd("ls", "s3://" + bucket).run().orFail()).isBlank();
        }
    }

    private String unfinished() throws IOException, InterruptedException {
        return s3cmd("multipart", "s3://" + bucket).run().orFail();
    }

    @Test
    void whatAnotherToolPutIsServedByAnOldLocationWhichLosesItsKeys() throws IOException, InterruptedException {
        Path data = data(123_456);
        try (PackagedServer server = alone().start()) {
            s3cmd("mb", "s3://" + bucket).run().orFail();
            s3cmd("put", data.toString(), "s3://" + bucket + "/theirs").run().orFail();
            String id = new Api(server.url(), null).create("theirs", "raw");
            String url = "s3://" + s3.fact("S3_ACCESS_KEY") + ":" + s3.fact("S3_SECRET_KEY") + "@"
                    + s3.s3().getAuthority() + "/" + bucket + "/theirs";
            referenceClient(server, "location-add", "--url", url, id).run().orFail();
            assertServed(server, id, data);
            assertThat(new Api(server.url(), null).show(id).toString())
                    .doesNotContain(s3.fact("S3_SECRET_KEY"))
                    .contains(bucket + "/theirs");
        }
    }
}
