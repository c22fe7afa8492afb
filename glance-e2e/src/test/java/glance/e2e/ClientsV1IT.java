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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * API v1 under the reference client, our client and curl, without authentication. Both clients do the same, and print the
 * same bytes for the same state; what they may differ in is listed in docs/differences.md.
 */
class ClientsV1IT {
    private static final String NO_CHECKSUM = "0".repeat(32);

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit before anything runs
    static Path directory;

    @SuppressWarnings("NullAway.Init") // set before all tests
    private static PackagedServer server;

    enum Client {
        REFERENCE("/usr/bin/glance"),
        OURS(PackagedServer.distribution().resolve("bin/glance").toString());

        private final String program;

        Client(String program) {
            this.program = program;
        }

        /** The command, its input closed: what it inherited instead, were it empty, would be image data. */
        Command glance(String... words) {
            requireInstalled();
            return Command.of("sh", "-c", "exec \"$@\" <&-", "sh", program)
                    .and(words)
                    .with(environment());
        }

        Command reading(Path data, String... words) {
            requireInstalled();
            return Command.of(program).and(words).with(environment()).reading(data);
        }

        private void requireInstalled() {
            if (this == REFERENCE) {
                Needs.programs("glance");
            }
        }

        private static Map<String, String> environment() {
            return Map.of(
                    "OS_IMAGE_URL",
                    server.url().toString(),
                    "OS_AUTH_TOKEN",
                    "unused",
                    "OS_IMAGE_API_VERSION",
                    "1",
                    "HOME",
                    directory.toString());
        }
    }

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        server = PackagedServer.Home.in(directory)
                .with("DEFAULT", "enable_v1_api", "true")
                .start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static Map<String, String> properties(Command command) throws IOException, InterruptedException {
        return Tables.properties(command.run().orFail());
    }

    private static String id(Map<String, String> image) {
        return image.getOrDefault("id", "");
    }

    @ParameterizedTest
    @EnumSource
    void aReservedImageIsFilledLaterAndReadBack(Client client) throws IOException, InterruptedException {
        Path iso = RealImages.bootable();
        String name = "reserved-" + client;
        Map<String, String> reserved = properties(client.glance("image-create", "--name", name, "--property", "a=1"));
        assertThat(reserved)
                .containsEntry("status", "queued")
                .containsEntry("disk_format", "None")
                .containsEntry("Property 'a'", "1")
                .containsEntry("is_public", "False");

        Map<String, String> filled = properties(client.glance(
                "image-update",
                name,
                "--disk-format",
                "iso",
                "--container-format",
                "bare",
                "--file",
                iso.toString(),
                "--progress"));
        assertThat(filled)
                .containsEntry("id", id(reserved))
                .containsEntry("status", "active")
                .containsEntry("size", Long.toString(Files.size(iso)))
                .containsEntry("checksum", RealImages.digest("MD5", iso))
                .containsEntry("Property 'a'", "1");

        Path copy = directory.resolve(name);
        client.glance("image-download", name, "--file", copy.toString(), "--progress")
                .run()
                .orFail();
        assertThat(copy).hasSameBinaryContentAs(iso);
        client.glance("image-delete", name).run().orFail();
        assertThat(client.glance("image-show", id(reserved)).run().exit()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource
    void anImageIsMadeFromAFileAndFromStandardInput(Client client) throws IOException, InterruptedException {
        Path iso = RealImages.bootable();
        String[] create = {
            "image-create", "--disk-format", "iso", "--container-format", "bare", "--store", "file", "--name"
        };
        Map<String, String> fromFile = properties(client.glance(create)
                .and("file-" + client, "--file", iso.toString(), "--checksum", RealImages.digest("MD5", iso)));
        Map<String, String> fromInput =
                properties(client.reading(iso, create).and("input-" + client, "--property", "way=input"));
        assertThat(List.of(fromFile, fromInput))
                .allSatisfy(image -> assertThat(image)
                        .containsEntry("status", "active")
                        .containsEntry("checksum", RealImages.digest("MD5", iso)));

        Command.Outcome refused = client.glance(create)
                .and("wrong-" + client, "--file", iso.toString(), "--checksum", NO_CHECKSUM)
                .run();
        assertThat(refused.exit()).isEqualTo(1);
        assertThat(refused.err()).contains("HTTP 400 Bad Request");

        assertThat(Tables.rows(
                        client.glance("image-list", "--property-filter", "way=input", "--name", "input-" + client)
                                .run()
                                .orFail()))
                .containsExactly(
                        List.of("ID", "Name", "Disk Format", "Container Format", "Size", "Status"),
                        List.of(
                                id(fromInput),
                                "input-" + client,
                                "iso",
                                "bare",
                                Long.toString(Files.size(iso)),
                                "active"));
        client.glance("image-delete", id(fromFile), id(fromInput)).run().orFail();
    }

    @ParameterizedTest
    @EnumSource
    void anUpdateKeepsPropertiesUntilTheyArePurged(Client client) throws IOException, InterruptedException {
        String id = id(properties(client.glance("image-create", "--property", "a=1", "--property", "b=2")));
        assertThat(properties(client.glance("image-update", id, "--property", "c=3", "--min-ram", "64")))
                .containsKeys("Property 'a'", "Property 'b'", "Property 'c'")
                .containsEntry("min_ram", "64");
        assertThat(properties(client.glance("image-update", id, "--purge-props", "--property", "d=4")))
                .containsEntry("Property 'd'", "4")
                .containsEntry("min_ram", "64")
                .doesNotContainKeys("Property 'a'", "Property 'b'", "Property 'c'");

        assertThat(properties(client.glance("image-update", id, "--is-public", "True", "--is-protected", "yes")))
                .containsEntry("is_public", "True")
                .containsEntry("protected", "True")
                .containsKey("Property 'd'");
        Command.Outcome refused = client.glance("image-delete", id).run();
        assertThat(refused.out() + refused.err()).contains("HTTP 403 Forbidden", "Unable to delete image " + id);
        assertThat(properties(client.glance("image-update", id, "--is-public", "False", "--is-protected", "no")))
                .containsEntry("is_public", "False")
                .containsEntry("protected", "False");
        client.glance("image-delete", id).run().orFail();
    }

    @Test
    void bothClientsPrintTheSameForTheSameState() throws IOException, InterruptedException {
        Path iso = RealImages.bootable();
        String[] create = {
            "image-create",
            "--name",
            "same",
            "--disk-format",
            "iso",
            "--container-format",
            "bare",
            "--property",
            "description=" + "a-rather-long-value_".repeat(12),
            "--property",
            "os_distro=memtest",
            "--file",
            iso.toString()
        };
        assertThat(normalized(Client.OURS.glance(create))).isEqualTo(normalized(Client.REFERENCE.glance(create)));
        Client.OURS
                .glance("image-create", "--name", "owned", "--owner", "p-same")
                .run()
                .orFail();
        String id = id(properties(Client.OURS.glance("image-create", "--name", "lonely", "--min-disk", "2")));

        assertSame("image-list");
        assertSame("image-list", "--page-size", "1", "--sort-key", "size", "--sort-dir", "desc");
        assertSame("image-list", "--human-readable", "--owner", "p-same");
        assertSame("image-list", "--all-tenants", "--status", "queued");
        assertSame("image-list", "--is-public", "True");
        assertSame("image-list", "--size-min", "1", "--disk-format", "iso", "--container-format", "bare");
        assertSame("image-list", "--name", "nobody");
        assertSame("image-list", "--property-filter", "broken");
        assertSame("image-show", id);
        assertSame("image-show", "lonely", "--human-readable", "--max-column-width", "20");
        assertSame("image-show", "nobody");
        assertSame("image-show", "same");
        assertSame("image-download", "lonely");
        assertSame("image-create", "--id", id); // taken
        assertSame("image-create", "--id", "nonsense");
        assertSame("image-create", "--disk-format", "none-such");
        assertSame("image-create", "--container-format", "bare", "--file", iso.toString());
        assertSame("image-update", id, "--size", "-5");
        assertSame("image-update", id, "--location", "file:///etc/passwd");
        assertSame("image-delete", "nobody");
        assertSame("member-list");
        assertThat(normalized(Client.OURS.glance("image-update", id, "--property", "x=y", "--human-readable")))
                .isEqualTo(normalized(
                        Client.REFERENCE.glance("image-update", id, "--property", "x=y", "--human-readable")));

        Path notForActive = directory.resolve("more");
        Files.writeString(notForActive, "more");
        String active = Tables.rows(
                        Client.OURS.glance("image-list", "--name", "same").run().orFail())
                .get(1)
                .getFirst();
        assertSame(
                Client.OURS.reading(notForActive, "image-update", active),
                Client.REFERENCE.reading(notForActive, "image-update", active));
        assertSame("image-show", active);
        assertSame("image-show", active, "--max-column-width", "7");
    }

    private static void assertSame(String... words) throws IOException, InterruptedException {
        assertSame(Client.OURS.glance(words), Client.REFERENCE.glance(words));
    }

    private static void assertSame(Command ours, Command theirs) throws IOException, InterruptedException {
        Command.Outcome expected = theirs.run();
        Command.Outcome printed = ours.run();
        assertThat(printed.out()).as(expected.toString()).isEqualTo(expected.out());
        assertThat(printed.err()).as(expected.toString()).isEqualTo(expected.err());
        assertThat(printed.exit()).as(expected.toString()).isEqualTo(expected.exit());
    }

    /** What is printed, without what differs from one call to the next. */
    private static String normalized(Command command) throws IOException, InterruptedException {
        return command.run()
                .orFail()
                .replaceAll("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "an-id")
                .replaceAll("20[0-9]{2}-[0-9T:.-]+", "a-time");
    }

    @Test
    void curlSpeaksInHeaders() throws IOException, InterruptedException {
        Needs.programs("curl");
        Path iso = RealImages.bootable();
        String images = server.url() + "/v1/images";
        Command curl = Command.of("curl", "-sS", "--fail-with-body");
        String id = Api.json(curl.and(
                                "-X",
                                "POST",
                                "-H",
                                "X-Image-Meta-Name: curled über",
                                "-H",
                                "x-image-meta-disk_format: iso",
                                "-H",
                                "X-Image-Meta-Container-Format: bare",
                                "-H",
                                "X-Image-Meta-Property-Os-Distro: memtest",
                                images)
                        .run()
                        .orFail())
                .path("image")
                .path("id")
                .asString();
        String image = images + "/" + id;
        assertThat(curl.and("-I", image).run().orFail()).containsIgnoringCase("x-image-meta-status: queued");

        String filled = curl.and(
                        "-T",
                        iso.toString(),
                        "-H",
                        "Transfer-Encoding: chunked",
                        "-H",
                        "Content-Type: application/octet-stream",
                        image)
                .run()
                .orFail();
        assertThat(Api.json(filled).path("image").path("status").asString()).isEqualTo("active");
        assertThat(curl.and("-I", image).run().orFail().toLowerCase(java.util.Locale.ROOT))
                .contains("x-image-meta-name: curled über\r\n")
                .contains("x-image-meta-property-os_distro: memtest\r\n")
                .contains("x-image-meta-size: " + Files.size(iso) + "\r\n")
                .contains("etag: " + RealImages.digest("MD5", iso) + "\r\n")
                .doesNotContain("x-image-meta-deleted_at");

        Path copy = directory.resolve("curled");
        curl.and("-o", copy.toString(), image).run().orFail();
        assertThat(copy).hasSameBinaryContentAs(iso);
        assertThat(Api.json(curl.and("-X", "PUT", image).run().orFail())
                        .path("image")
                        .path("properties")
                        .size())
                .isZero();
        assertThat(curl.and("-X", "DELETE", "-w", "%{http_code}", image).run().orFail())
                .isEqualTo("200");
        assertThat(curl.and("-I", image).run().exit()).isNotZero();
    }
}
