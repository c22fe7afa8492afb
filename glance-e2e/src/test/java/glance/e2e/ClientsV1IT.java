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

    private static Command glance(GlanceProgram client, String... words) {
        return reached(client.run(words));
    }

    private static Command reached(Command command) {
        return command.with(Map.of(
                "OS_IMAGE_URL", server.url().toString(), "OS_AUTH_TOKEN", "unused", "HOME", directory.toString()));
    }

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        server = PackagedServer.Home.in(directory)
                .with("DEFAULT", "enable_v1_api", "true")
                .with("fetch", "allowed_networks", "127.0.0.1")
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
    void aReservedImageIsFilledLaterAndReadBack(GlanceProgram client) throws IOException, InterruptedException {
        Path iso = RealImages.bootable();
        String name = "reserved-" + client;
        Map<String, String> reserved = properties(glance(client, "image-create", "--name", name, "--property", "a=1"));
        assertThat(reserved)
                .containsEntry("status", "queued")
                .containsEntry("disk_format", "None")
                .containsEntry("Property 'a'", "1")
                .containsEntry("is_public", "False");

        Map<String, String> filled = properties(glance(
                client,
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
        glance(client, "image-download", name, "--file", copy.toString(), "--progress")
                .run()
                .orFail();
        assertThat(copy).hasSameBinaryContentAs(iso);
        glance(client, "image-delete", name).run().orFail();
        // Without authentication everybody is an administrator, who is shown what is gone.
        assertThat(properties(glance(client, "image-show", id(reserved))))
                .containsEntry("status", "deleted")
                .containsEntry("deleted", "True");
    }

    @ParameterizedTest
    @EnumSource
    void anImageIsMadeFromAFileAndFromStandardInput(GlanceProgram client) throws IOException, InterruptedException {
        Path iso = RealImages.bootable();
        String[] create = {
            "image-create", "--disk-format", "iso", "--container-format", "bare", "--store", "file", "--name"
        };
        Map<String, String> fromFile = properties(glance(client, create)
                .and("file-" + client, "--file", iso.toString(), "--checksum", RealImages.digest("MD5", iso)));
        Map<String, String> fromInput =
                properties(reached(client.reading(iso, create)).and("input-" + client, "--property", "way=input"));
        assertThat(List.of(fromFile, fromInput))
                .allSatisfy(image -> assertThat(image)
                        .containsEntry("status", "active")
                        .containsEntry("checksum", RealImages.digest("MD5", iso)));

        Command.Outcome refused = glance(client, create)
                .and("wrong-" + client, "--file", iso.toString(), "--checksum", NO_CHECKSUM)
                .run();
        assertThat(refused.exit()).isEqualTo(1);
        assertThat(refused.err()).contains("HTTP 400 Bad Request");

        assertThat(Tables.rows(
                        glance(client, "image-list", "--property-filter", "way=input", "--name", "input-" + client)
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
        glance(client, "image-delete", id(fromFile), id(fromInput)).run().orFail();
    }

    @ParameterizedTest
    @EnumSource
    void anUpdateKeepsPropertiesUntilTheyArePurged(GlanceProgram client) throws IOException, InterruptedException {
        String id = id(properties(glance(client, "image-create", "--property", "a=1", "--property", "b=2")));
        assertThat(properties(glance(client, "image-update", id, "--property", "c=3", "--min-ram", "64")))
                .containsKeys("Property 'a'", "Property 'b'", "Property 'c'")
                .containsEntry("min_ram", "64");
        assertThat(properties(glance(client, "image-update", id, "--purge-props", "--property", "d=4")))
                .containsEntry("Property 'd'", "4")
                .containsEntry("min_ram", "64")
                .doesNotContainKeys("Property 'a'", "Property 'b'", "Property 'c'");

        assertThat(properties(glance(client, "image-update", id, "--is-public", "True", "--is-protected", "yes")))
                .containsEntry("is_public", "True")
                .containsEntry("protected", "True")
                .containsKey("Property 'd'");
        Command.Outcome refused = glance(client, "image-delete", id).run();
        assertThat(refused.out() + refused.err()).contains("HTTP 403 Forbidden", "Unable to delete image " + id);
        assertThat(properties(glance(client, "image-update", id, "--is-public", "False", "--is-protected", "no")))
                .containsEntry("is_public", "False")
                .containsEntry("protected", "False");
        glance(client, "image-delete", id).run().orFail();
    }

    @ParameterizedTest
    @EnumSource
    void anImageIsSharedAndTakenBack(GlanceProgram client) throws IOException, InterruptedException {
        String id = id(properties(glance(client, "image-create", "--name", "shared-" + client)));
        String member = "p-" + client;
        glance(client, "member-create", "shared-" + client, member, "--can-share")
                .run()
                .orFail();
        glance(client, "member-create", id, "p-other").run().orFail();
        assertThat(Tables.rows(
                        glance(client, "member-list", "--image-id", id).run().orFail()))
                .containsExactlyInAnyOrder(
                        List.of("Image ID", "Member ID", "Can Share"),
                        List.of(id, member, "True"),
                        List.of(id, "p-other", ""));
        assertThat(Tables.rows(glance(client, "member-list", "--tenant-id", member)
                        .run()
                        .orFail()))
                .containsExactly(List.of("Image ID", "Member ID", "Can Share"), List.of(id, member, "True"));
        assertSame("member-list", "--image-id", id);
        assertSame("member-list", "--tenant-id", member);
        assertSame("member-list", "--image-id", "00000000-0000-0000-0000-000000000000");
        assertSame("member-delete", id, "nobody");

        glance(client, "member-delete", id, "p-other").run().orFail();
        assertThat(glance(client, "member-list", "--image-id", id).run().orFail())
                .contains(member)
                .doesNotContain("p-other");
        glance(client, "image-delete", id).run().orFail();
    }

    @ParameterizedTest
    @EnumSource
    void anImageStaysOnAWebServerOrIsCopiedFromIt(GlanceProgram client) throws IOException, InterruptedException {
        Path iso = RealImages.bootable();
        Path root = Files.createDirectory(directory.resolve("web-" + client));
        try (Nginx web = Nginx.start(root)) {
            Files.copy(iso, web.files().resolve("disk.iso"));
            String url = web.url("/files/disk.iso").toString();
            String[] create = {"image-create", "--disk-format", "iso", "--container-format", "bare", "--name"};
            Map<String, String> located =
                    properties(glance(client, create).and("located-" + client, "--location", url));
            assertThat(located)
                    .containsEntry("status", "active")
                    .containsEntry("checksum", "None")
                    .containsEntry("size", Long.toString(Files.size(iso)));

            String copied = id(properties(glance(client, create).and("copied-" + client, "--copy-from", url)));
            Eventually.holds(
                    "the copy is active",
                    () -> properties(glance(client, "image-show", copied))
                            .getOrDefault("status", "")
                            .equals("active"));
            assertThat(properties(glance(client, "image-show", copied)))
                    .containsEntry("checksum", RealImages.digest("MD5", iso));
            for (String id : List.of(id(located), copied)) {
                Path copy = directory.resolve(id);
                glance(client, "image-download", id, "--file", copy.toString())
                        .run()
                        .orFail();
                assertThat(copy).hasSameBinaryContentAs(iso);
                glance(client, "image-delete", id).run().orFail();
            }
        }
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
        assertThat(normalized(glance(GlanceProgram.OURS, create)))
                .isEqualTo(normalized(glance(GlanceProgram.REFERENCE, create)));
        glance(GlanceProgram.OURS, "image-create", "--name", "owned", "--owner", "p-same")
                .run()
                .orFail();
        String id = id(properties(glance(GlanceProgram.OURS, "image-create", "--name", "lonely", "--min-disk", "2")));

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
        assertThat(normalized(glance(GlanceProgram.OURS, "image-update", id, "--property", "x=y", "--human-readable")))
                .isEqualTo(normalized(
                        glance(GlanceProgram.REFERENCE, "image-update", id, "--property", "x=y", "--human-readable")));

        Path notForActive = directory.resolve("more");
        Files.writeString(notForActive, "more");
        String active = Tables.rows(glance(GlanceProgram.OURS, "image-list", "--name", "same")
                        .run()
                        .orFail())
                .get(1)
                .getFirst();
        assertSame(
                reached(GlanceProgram.OURS.reading(notForActive, "image-update", active)),
                reached(GlanceProgram.REFERENCE.reading(notForActive, "image-update", active)));
        assertSame("image-show", active);
        assertSame("image-show", active, "--max-column-width", "7");
    }

    private static void assertSame(String... words) throws IOException, InterruptedException {
        assertSame(glance(GlanceProgram.OURS, words), glance(GlanceProgram.REFERENCE, words));
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
        assertThat(curl.and("-I", image).run().orFail()).containsIgnoringCase("x-image-meta-deleted: true");
        assertThat(curl.and("-o", copy.toString(), image).run().exit()).isNotZero();
    }
}
