package glance.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import glance.testkit.process.PackagedServer;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Disks made by {@code qemu-img} are recognised, measured and given back byte by byte. */
class ImageFormatsIT {
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

    @ParameterizedTest
    @CsvSource({
        "qcow2, qcow2, ''",
        "vmdk, vmdk, subformat=streamOptimized",
        "vdi, vdi, ''",
        "vhdx, vhdx, ''",
        "vpc, vhd, ''",
    })
    void aDiskIsMeasuredAndGivenBack(String qemuFormat, String diskFormat, String options)
            throws IOException, InterruptedException {
        Path disk = RealImages.disk(directory, qemuFormat, options);
        Api api = new Api(server.url(), null);
        String id = api.create("disk " + qemuFormat, diskFormat);
        HttpResponse<String> uploaded = api.upload(id, BodyPublishers.ofFile(disk));
        assertThat(uploaded.statusCode()).as(uploaded.body()).isEqualTo(204);
        JsonNode image = api.show(id);
        assertThat(image.path("status").asString()).isEqualTo("active");
        assertThat(image.path("size").asLong()).isEqualTo(Files.size(disk));
        // Old VHD counts in cylinders and so rounds up.
        assertThat(image.path("virtual_size").asLong())
                .isBetween(RealImages.VIRTUAL_BYTES, RealImages.VIRTUAL_BYTES + (1 << 20));
        assertThat(image.path("os_hash_value").asString()).isEqualTo(RealImages.digest("SHA-512", disk));
        Path copy = directory.resolve("copy." + qemuFormat);
        Files.write(copy, api.bytes("/v2/images/" + id + "/file").body());
        assertThat(copy).hasSameBinaryContentAs(disk);
    }

    @Test
    void contentOfAnotherFormatIsRefusedAndLeavesNothing() throws IOException, InterruptedException {
        Path disk = RealImages.disk(directory, "qcow2", "");
        Api api = new Api(server.url(), null);
        String id = api.create("not a vmdk", "vmdk");
        assertThat(api.upload(id, BodyPublishers.ofFile(disk)).statusCode()).isEqualTo(415);
        JsonNode image = api.show(id);
        assertThat(image.path("status").asString()).isEqualTo("queued");
        assertThat(image.path("checksum").isNull()).isTrue();
        assertThat(server.home().images().resolve(id)).doesNotExist();
        Path right = RealImages.disk(directory, "vmdk", "subformat=streamOptimized");
        assertThat(api.upload(id, BodyPublishers.ofFile(right)).statusCode()).isEqualTo(204);
    }

    /** A qcow2 whose backing file names a file of the host would let its reader see that file. */
    @Test
    void aDiskWithABackingFileIsRefused() throws IOException, InterruptedException {
        Path base = RealImages.disk(directory, "qcow2", "");
        Path overlay = directory.resolve("overlay.qcow2");
        glance.testkit.process.Command.of(
                        "qemu-img", "create", "-f", "qcow2", "-F", "qcow2", "-b", base.toString(), overlay.toString())
                .run()
                .orFail();
        Api api = new Api(server.url(), null);
        String id = api.create("overlay", "qcow2");
        assertThat(api.upload(id, BodyPublishers.ofFile(overlay)).statusCode()).isEqualTo(415);
        assertThat(api.status(id)).isEqualTo("queued");
    }
}
