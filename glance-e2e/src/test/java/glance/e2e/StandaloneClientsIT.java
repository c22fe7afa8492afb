package glance.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import glance.testkit.process.Command;
import glance.testkit.process.PackagedServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A bootable image through every client against the standalone default, without authentication. */
class StandaloneClientsIT {
    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit before anything runs
    static Path directory;

    @SuppressWarnings("NullAway.Init") // set before all tests
    private static PackagedServer server;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        server = PackagedServer.Home.in(directory).start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static Command pythonGlance(String... words) {
        Needs.programs("glance");
        return Command.of("/usr/bin/glance", "--os-image-url", server.url().toString(), "--os-auth-token", "unused")
                .and(words)
                .with("HOME", directory.toString());
    }

    private static Command openstack(String... words) {
        Needs.programs("openstack");
        return Command.of(
                        "openstack",
                        "--os-auth-type",
                        "none",
                        "--os-endpoint",
                        server.url().toString())
                .and(words)
                .with("HOME", directory.toString());
    }

    private static Command ourGlance(String... words) {
        return Command.of(PackagedServer.distribution().resolve("bin/glance").toString())
                .and(words)
                .with("OS_IMAGE_URL", server.url().toString())
                .with("HOME", directory.toString());
    }

    @Test
    void referenceGlanceClientGetsItsBytesBack() throws IOException, InterruptedException {
        Path iso = RealImages.bootable();
        Map<String, String> created = Tables.properties(pythonGlance(
                        "image-create",
                        "--name",
                        "memtest reference",
                        "--disk-format",
                        "iso",
                        "--container-format",
                        "bare",
                        "--property",
                        "os_distro=memtest",
                        "--tags",
                        "bootable",
                        "--file",
                        iso.toString(),
                        "--progress")
                .run()
                .orFail());
        assertThat(created)
                .containsEntry("status", "active")
                .containsEntry("size", Long.toString(Files.size(iso)))
                .containsEntry("checksum", RealImages.digest("MD5", iso))
                .containsEntry("os_hash_value", RealImages.digest("SHA-512", iso));
        String id = created.getOrDefault("id", "");

        assertThat(Tables.rows(pythonGlance("image-list").run().orFail())).contains(List.of(id, "memtest reference"));
        assertThat(Tables.properties(pythonGlance("image-show", id).run().orFail()))
                .containsEntry("os_distro", "memtest")
                .containsEntry("disk_format", "iso");
        assertThat(Tables.properties(pythonGlance("image-update", "--name", "renamed", "--property", "new=1", id)
                        .run()
                        .orFail()))
                .containsEntry("name", "renamed")
                .containsEntry("new", "1");
        pythonGlance("image-tag-update", id, "second").run().orFail();
        pythonGlance("image-tag-delete", id, "bootable").run().orFail();
        assertThat(pythonGlance("image-show", id).run().orFail()).contains("[\"second\"]");

        Path copy = directory.resolve("reference.iso");
        pythonGlance("image-download", "--file", copy.toString(), "--progress", id)
                .run()
                .orFail();
        assertThat(copy).hasSameBinaryContentAs(iso);

        pythonGlance("image-deactivate", id).run().orFail();
        assertThat(new Api(server.url(), null).status(id)).isEqualTo("deactivated");
        pythonGlance("image-reactivate", id).run().orFail();
        pythonGlance("image-delete", id).run().orFail();
        assertThat(pythonGlance("image-show", id).run().exit()).isEqualTo(1);
        assertThat(server.home().images().resolve(id)).doesNotExist();
    }

    @Test
    void openstackClientGetsItsBytesBack() throws IOException, InterruptedException {
        Path iso = RealImages.bootable();
        JsonNode created = Api.json(openstack(
                        "image",
                        "create",
                        "--disk-format",
                        "iso",
                        "--container-format",
                        "bare",
                        "--file",
                        iso.toString(),
                        "--property",
                        "os_distro=memtest",
                        "--tag",
                        "bootable",
                        "-f",
                        "json",
                        "memtest openstack")
                .run()
                .orFail());
        String id = created.path("id").asString();
        JsonNode shown = Api.json(openstack("image", "show", "-f", "json", "memtest openstack")
                .run()
                .orFail());
        assertThat(shown.path("id").asString()).isEqualTo(id);
        assertThat(shown.path("status").asString()).isEqualTo("active");
        assertThat(shown.path("size").asLong()).isEqualTo(Files.size(iso));
        assertThat(openstack("image", "list", "-f", "value", "-c", "ID", "-c", "Status")
                        .run()
                        .orFail())
                .contains(id + " active");
        openstack("image", "set", "--name", "renamed openstack", "--property", "a=b", "--protected", id)
                .run()
                .orFail();
        assertThat(openstack("image", "delete", id).run().exit()).isEqualTo(1);
        openstack("image", "set", "--unprotected", id).run().orFail();

        Path copy = directory.resolve("openstack.iso");
        openstack("image", "save", "--file", copy.toString(), id).run().orFail();
        assertThat(copy).hasSameBinaryContentAs(iso);
        openstack("image", "delete", id).run().orFail();
        assertThat(openstack("image", "show", id).run().exit()).isEqualTo(1);
    }

    @Test
    void ourClientGetsItsBytesBackByFileAndByPipe() throws IOException, InterruptedException {
        Path iso = RealImages.bootable();
        Map<String, String> created = Tables.properties(ourGlance(
                        "image-create",
                        "--name",
                        "memtest ours",
                        "--disk-format",
                        "iso",
                        "--container-format",
                        "bare",
                        "--file",
                        iso.toString(),
                        "--progress")
                .run()
                .orFail());
        String id = created.getOrDefault("id", "");
        assertThat(created).containsEntry("checksum", RealImages.digest("MD5", iso));
        List<List<String>> listed = Tables.rows(ourGlance("image-list").run().orFail());
        assertThat(listed)
                .contains(List.of("ID", "Name", "Disk Format", "Container Format", "Size", "Status"))
                .contains(List.of(id, "memtest ours", "iso", "bare", Long.toString(Files.size(iso)), "active"));
        Path copy = directory.resolve("ours.iso");
        ourGlance("image-download", "--file", copy.toString(), "--progress", id)
                .run()
                .orFail();
        assertThat(copy).hasSameBinaryContentAs(iso);

        Map<String, String> piped = Tables.properties(
                ourGlance("image-create", "--name", "piped", "--disk-format", "iso", "--container-format", "bare")
                        .reading(iso)
                        .run()
                        .orFail());
        assertThat(piped).containsEntry("status", "active").containsEntry("checksum", RealImages.digest("MD5", iso));
        ourGlance("image-delete", id, piped.getOrDefault("id", "")).run().orFail();
        Command.Outcome gone = ourGlance("image-show", id).run();
        assertThat(gone.exit()).isEqualTo(1);
        assertThat(gone.err().strip().lines()).hasSize(1);
    }

    @Test
    void ourClientResumesAPartialDownload() throws IOException, InterruptedException {
        Path iso = RealImages.bootable();
        Api api = new Api(server.url(), null);
        String id = api.create("resumed", "iso");
        api.upload(id, java.net.http.HttpRequest.BodyPublishers.ofFile(iso));
        byte[] whole = Files.readAllBytes(iso);
        Path partial = directory.resolve("partial.iso");
        Files.write(partial, java.util.Arrays.copyOf(whole, whole.length / 3));
        ourGlance("image-download", "--file", partial.toString(), id).run().orFail();
        assertThat(partial).hasSameBinaryContentAs(iso);
    }

    @Test
    void curlIsEnough() throws IOException, InterruptedException {
        Needs.programs("curl");
        Path iso = RealImages.bootable();
        Command curl = Command.of("curl", "-sS", "--fail-with-body");
        String id = Api.json(curl.and(
                                "-d",
                                "{\"name\": \"memtest curl\", \"disk_format\": \"iso\", \"container_format\": \"bare\"}",
                                server.url() + "/v2/images")
                        .run()
                        .orFail())
                .path("id")
                .asString();
        String file = server.url() + "/v2/images/" + id + "/file";
        // curl asks with Expect: 100-continue for an upload of this size.
        curl.and("-T", iso.toString(), "-H", "Content-Type: application/octet-stream", file)
                .run()
                .orFail();
        Path copy = directory.resolve("curl.iso");
        curl.and("-o", copy.toString(), file).run().orFail();
        assertThat(copy).hasSameBinaryContentAs(iso);

        Path slice = directory.resolve("slice");
        curl.and("-o", slice.toString(), "-r", "32768-34815", file).run().orFail();
        byte[] expected = java.util.Arrays.copyOfRange(Files.readAllBytes(iso), 32768, 34816);
        assertThat(slice).hasBinaryContent(expected);
    }
}
