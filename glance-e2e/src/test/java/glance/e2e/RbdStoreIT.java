package glance.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import glance.testkit.ceph.Ceph;
import glance.testkit.process.Command;
import glance.testkit.process.PackagedServer;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged server with its images in a real Ceph, alone and beside a file store, under the reference client. */
class RbdStoreIT {
    private static final int SIZE = (20 << 20) + 777;

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit before anything runs
    Path directory;

    private final Ceph ceph = Ceph.shared();

    private PackagedServer.Home alone() {
        return inSection(PackagedServer.Home.in(directory), "glance_store")
                .with("glance_store", "stores", "rbd")
                .with("glance_store", "default_store", "rbd");
    }

    private PackagedServer.Home besideFiles() {
        return inSection(PackagedServer.Home.in(directory), "ceph")
                .with("DEFAULT", "enabled_backends", "files:file,ceph:rbd")
                .with("glance_store", "default_backend", "ceph")
                .with(
                        "files",
                        "filesystem_store_datadir",
                        directory.resolve("images").toString());
    }

    private PackagedServer.Home inSection(PackagedServer.Home home, String section) {
        return home.with(section, "rbd_store_ceph_conf", ceph.configuration().toString())
                .with(section, "rbd_store_user", ceph.user())
                .with(section, "rbd_store_pool", ceph.pool());
    }

    private Command referenceClient(PackagedServer server, String... words) {
        Needs.programs("glance");
        return Command.of("/usr/bin/glance", "--os-image-url", server.url().toString(), "--os-auth-token", "unused")
                .and(words)
                .with("HOME", directory.toString());
    }

    private Path data() throws IOException {
        byte[] bytes = new byte[SIZE];
        new Random(7).nextBytes(bytes);
        return Files.write(directory.resolve("data"), bytes);
    }

    private String upload(PackagedServer server, Path data, String... more) throws IOException, InterruptedException {
        Map<String, String> created = Tables.properties(
                referenceClient(server, "image-create", "--disk-format", "raw", "--container-format", "bare")
                        .and("--file", data.toString())
                        .and(more)
                        .run()
                        .orFail());
        assertThat(created)
                .containsEntry("status", "active")
                .containsEntry("size", Integer.toString(SIZE))
                .containsEntry("checksum", RealImages.digest("MD5", data));
        return created.getOrDefault("id", "");
    }

    private void assertServed(PackagedServer server, String id, Path data) throws IOException, InterruptedException {
        Path copy = directory.resolve("copy-" + id);
        referenceClient(server, "image-download", "--file", copy.toString(), id)
                .run()
                .orFail();
        assertThat(copy).hasSameBinaryContentAs(data);
        int start = (8 << 20) - 5;
        HttpResponse<byte[]> range = new Api(server.url(), null)
                .bytes("/v2/images/" + id + "/file", "Range", "bytes=" + start + "-" + (start + 9));
        assertThat(range.statusCode()).isEqualTo(206);
        assertThat(range.body()).isEqualTo(Arrays.copyOfRange(Files.readAllBytes(data), start, start + 10));
    }

    @Test
    void theOnlyStoreIsCeph() throws IOException, InterruptedException {
        Path data = data();
        try (PackagedServer server = alone().start()) {
            String id = upload(server, data);
            assertThat(ceph.rbd("snap", "ls", ceph.pool() + "/" + id))
                    .last()
                    .asString()
                    .contains("snap", "yes");
            assertServed(server, id, data);
            referenceClient(server, "image-delete", id).run().orFail();
            assertThat(ceph.rbd("ls", ceph.pool())).doesNotContain(id);
        }
    }

    @Test
    void cephIsTheDefaultAmongSeveralStores() throws IOException, InterruptedException {
        Path data = data();
        try (PackagedServer server = besideFiles().start()) {
            String id = upload(server, data);
            String other = upload(server, data, "--store", "files");
            Api api = new Api(server.url(), null);
            assertThat(api.show(id).path("stores").stringValue()).isEqualTo("ceph");
            assertThat(ceph.rbd("ls", ceph.pool())).contains(id).doesNotContain(other);
            assertServed(server, id, data);
            assertThat(Api.json(api.get("/v2/info/stores/detail"))
                            .path("stores")
                            .toString())
                    .contains("\"fsid\":\"" + ceph.fsid() + "\"", "\"pool\":\"images\"", "\"chunk_size\":8388608");
            referenceClient(server, "image-delete", id).run().orFail();
            assertThat(ceph.rbd("ls", ceph.pool())).doesNotContain(id);
        }
    }

    @Test
    void anImageThatWasClonedIsNotDeleted() throws IOException, InterruptedException {
        Path data = data();
        try (PackagedServer server = alone().start()) {
            Api api = new Api(server.url(), null);
            String id = upload(server, data);
            String clone = ceph.pool() + "/clone-" + id;
            ceph.rbd("clone", "--rbd-default-clone-format", "1", ceph.pool() + "/" + id + "@snap", clone);
            assertThat(api.delete("/v2/images/" + id).statusCode()).isEqualTo(409);
            assertThat(api.delete("/v1/images/" + id).statusCode()).isEqualTo(409);
            assertServed(server, id, data);
            ceph.rbd("rm", "--no-progress", clone);
            assertThat(api.delete("/v2/images/" + id).statusCode()).isEqualTo(204);
            assertThat(ceph.rbd("ls", ceph.pool())).doesNotContain(id);
        }
    }

    @Test
    void withoutAClusterTheServiceRunsAndSaysWhatIsMissing() throws IOException, InterruptedException {
        Path nothing = Files.writeString(directory.resolve("ceph.conf"), "[global]\nmon host = 127.0.0.1:1\n");
        PackagedServer.Home home = besideFiles()
                .with("ceph", "rbd_store_ceph_conf", nothing.toString())
                .with("ceph", "rbd_store_call_timeout", "2");
        try (PackagedServer server = home.start()) {
            Api api = new Api(server.url(), null);
            String id = api.create("no cluster", "raw");
            assertThat(upload(server, id).run().orFail()).isEqualTo("503");
            assertThat(api.status(id)).isEqualTo("queued");
            assertThat(upload(server, id)
                            .and("-H", "X-Image-Meta-Store: files")
                            .run()
                            .orFail())
                    .isEqualTo("204");
            Eventually.holds(
                    "the log says so", () -> Files.readString(home.log()).contains("rbd store is not available"));
        }
    }

    @Test
    void withoutTheLibrariesTheServiceRunsAndNamesThePackages() throws IOException, InterruptedException {
        if (!"root".equals(System.getProperty("user.name"))) {
            Needs.lacking("hiding a library from the server takes root");
        }
        Path empty = Files.createFile(directory.resolve("empty"));
        PackagedServer.Home home = besideFiles()
                .behind(
                        "unshare",
                        "--mount",
                        "sh",
                        "-c",
                        "mount --bind " + empty + " \"$(readlink -f /usr/lib/*/librbd.so.1)\" && exec \"$@\"",
                        "sh");
        try (PackagedServer server = home.start()) {
            Api api = new Api(server.url(), null);
            String id = api.create("no library", "raw");
            assertThat(upload(server, id).run().orFail()).isEqualTo("503");
            assertThat(upload(server, id)
                            .and("-H", "X-Image-Meta-Store: files")
                            .run()
                            .orFail())
                    .isEqualTo("204");
            assertThat(Files.readString(home.log()).lines())
                    .filteredOn(line -> line.contains("the Debian packages librados2 and librbd1 are needed"))
                    .hasSize(1);
        }
    }

    /** Three bytes by curl, which tells the status. */
    private static Command upload(PackagedServer server, String id) {
        return Command.of("curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "-X", "PUT")
                .and("-H", "Content-Type: application/octet-stream", "--data-binary", "abc")
                .and(server.url() + "/v2/images/" + id + "/file");
    }
}
