package glance.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import glance.testkit.process.Command;
import glance.testkit.process.PackagedServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Three file stores and the web under real clients: the commands of docs/stores/several-stores.md. */
class SeveralStoresIT {
    private static final int SIZE = 3_000_000;

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit before anything runs
    static Path directory;

    @SuppressWarnings("NullAway.Init") // set before all tests
    private static PackagedServer server;

    @SuppressWarnings("NullAway.Init") // set before all tests
    private static Nginx web;

    @SuppressWarnings("NullAway.Init") // set before all tests
    private static Path image;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        web = Nginx.start(Files.createDirectory(directory.resolve("web")));
        byte[] data = new byte[SIZE];
        new Random(11).nextBytes(data);
        image = Files.write(web.files().resolve("disk.raw"), data);
        server = home(directory).start();
    }

    private static PackagedServer.Home home(Path directory) {
        PackagedServer.Home home = PackagedServer.Home.in(directory)
                .with("DEFAULT", "enabled_backends", "fast:file,slow:file,archive:file,web:http")
                .with("DEFAULT", "show_multiple_locations", "true")
                .with("DEFAULT", "show_image_direct_url", "true")
                .with("glance_store", "default_backend", "fast")
                .with("fast", "store_description", "solid state")
                .with("archive", "weight", "-5")
                .with("fetch", "allowed_networks", "127.0.0.1");
        for (String store : List.of("fast", "slow", "archive", "os_glance_staging_store", "os_glance_tasks_store")) {
            home = home.with(
                    store,
                    "filesystem_store_datadir",
                    directory.resolve("stores").resolve(store).toString());
        }
        return home;
    }

    @AfterAll
    static void stop() {
        server.close();
        web.close();
    }

    private static Command reference(String... words) {
        Needs.programs("glance");
        return Command.of("/usr/bin/glance", "--os-image-url", server.url().toString(), "--os-auth-token", "unused")
                .and(words)
                .with("HOME", directory.toString());
    }

    private static Command ours(String... words) {
        return Command.of(PackagedServer.distribution().resolve("bin/glance").toString())
                .and(words)
                .with("OS_IMAGE_URL", server.url().toString())
                .with("HOME", directory.toString());
    }

    private static Path stored(String store, String id) {
        return directory.resolve("stores").resolve(store).resolve(id);
    }

    private static Api api() {
        return new Api(server.url(), null);
    }

    private static String create(Command create) throws IOException, InterruptedException {
        Map<String, String> created = Tables.properties(create.run().orFail());
        assertThat(created).containsEntry("status", "active");
        return created.getOrDefault("id", "");
    }

    private static String[] creation(String store) {
        return new String[] {
            "image-create",
            "--name",
            "in " + store,
            "--disk-format",
            "raw",
            "--container-format",
            "bare",
            "--store",
            store,
            "--file",
            image.toString()
        };
    }

    /** Puts a second copy of the image into another store and names it. */
    private static void copyTo(String store, String id) throws IOException, InterruptedException {
        Path copy = Files.copy(image, stored(store, id));
        String row = "INSERT INTO image_locations (image_id, value, meta_data, status, created_at, deleted) VALUES ('"
                + id + "', 'file://" + copy + "', '{}', 'active', '2020-01-01 00:00:00.000000', 0);";
        Command.of("sqlite3", server.home().database().toString(), ".timeout 5000", row)
                .run()
                .orFail();
    }

    @Test
    void bothClientsListTheStores() throws IOException, InterruptedException {
        for (Command each : List.of(reference("stores-info"), ours("stores-info"))) {
            assertThat(each.run().orFail())
                    .contains("fast", "solid state", "slow", "archive", "web", "read-only")
                    .doesNotContain("os_glance");
        }
        assertThat(reference("stores-info", "--detail").run().orFail())
                .contains(directory.resolve("stores/fast").toString());
        assertThat(directory.resolve("stores/os_glance_staging_store")).isDirectory();
    }

    @Test
    void anImageGoesWhereItIsSentAndLeavesOneStore() throws IOException, InterruptedException {
        for (boolean theirs : new boolean[] {true, false}) {
            String id = create(theirs ? reference(creation("slow")) : ours(creation("slow")));
            assertThat(stored("slow", id)).hasSameBinaryContentAs(image);
            assertThat(api().show(id).path("stores").asString()).isEqualTo("slow");
            copyTo("archive", id);
            assertThat(api().show(id).path("stores").asString()).isEqualTo("slow,archive");
            Command remove = theirs
                    ? reference("stores-delete", "--store", "slow", id)
                    : ours("stores-delete", "--store", "slow", id);
            remove.run().orFail();
            assertThat(stored("slow", id)).doesNotExist();
            assertThat(api().show(id).path("stores").asString()).isEqualTo("archive");
            assertThat(api().bytes("/v2/images/" + id + "/file").body()).isEqualTo(Files.readAllBytes(image));
            assertThat(api().delete("/v2/stores/archive/" + id).statusCode()).isEqualTo(403);
        }
    }

    @Test
    void curlPrefersAStoreAndIsServedByTheOtherWhenThatIsGone() throws IOException, InterruptedException {
        Needs.programs("curl");
        String id = create(reference(creation("fast")));
        copyTo("archive", id);
        Path copy = directory.resolve("preferred.raw");
        String url = server.url() + "/v2/images/" + id + "/file";
        curl(copy, url + "?prefer=archive");
        assertThat(copy).hasSameBinaryContentAs(image);
        assertThat(api().get("/v2/images/" + id + "/file?prefer=nowhere").statusCode())
                .isEqualTo(400);
        Files.delete(stored("archive", id));
        curl(copy, url + "?prefer=archive");
        assertThat(copy).hasSameBinaryContentAs(image);
    }

    private static void curl(Path copy, String url) throws IOException, InterruptedException {
        Command.of("curl", "-sS", "--fail", "-o", copy.toString(), url).run().orFail();
    }

    @Test
    void aLocationIsAddedDescribedAndRemoved() throws IOException, InterruptedException {
        String url = web.url("/files/disk.raw").toString();
        String id = create(reference(creation("fast")));
        Map<String, String> added = Tables.properties(
                reference("location-add", "--url", url, id).run().orFail());
        assertThat(added).containsEntry("stores", "fast,web");
        ours("location-update", "--url", url, "--metadata", "{\"rack\": \"7\"}", id)
                .run()
                .orFail();
        JsonNode second = api().show(id).path("locations").path(1);
        assertThat(second.path("metadata").toString()).isEqualTo("{\"rack\":\"7\",\"store\":\"web\"}");
        ours("location-delete", "--url", url, id).run().orFail();
        assertThat(api().show(id).path("stores").asString()).isEqualTo("fast");
        assertThat(image).exists();
        Files.write(web.files().resolve("other.raw"), new byte[SIZE]);
        assertThat(ours("location-add", "--url", web.url("/files/other.raw").toString(), id)
                        .run()
                        .exit())
                .isEqualTo(1);
    }

    @Test
    void dataOnTheWebBecomesAnImageAndIsHashed() throws IOException, InterruptedException {
        String id = api().create("posted", "raw");
        Command post = Command.of(
                "curl",
                "-sS",
                "-o",
                directory.resolve("posted").toString(),
                "-w",
                "%{http_code}",
                "-H",
                "Content-Type: application/json",
                "-d",
                "{\"url\": \"" + web.url("/files/disk.raw") + "\"}",
                server.url() + "/v2/images/" + id + "/locations");
        Needs.programs("curl");
        assertThat(post.run().orFail().strip()).isEqualTo("202");
        Eventually.holds(
                "the image is hashed",
                () -> api().show(id).path("os_hash_value").isString());
        assertThat(api().show(id).path("os_hash_value").asString()).isEqualTo(RealImages.digest("SHA-512", image));
        assertThat(api().show(id).path("checksum").asString()).isEqualTo(RealImages.digest("MD5", image));

        String promised = api().create("promised", "raw");
        String said =
                "{\"os_hash_algo\": \"sha256\", \"os_hash_value\": \"" + RealImages.digest("SHA-256", image) + "\"}";
        ours("add-location", "--url", web.url("/files/disk.raw").toString(), "--validation-data", said, promised)
                .run()
                .orFail();
        Eventually.holds("the image is active", () -> api().status(promised).equals("active"));
        assertThat(api().show(promised).path("os_hash_algo").asString()).isEqualTo("sha256");
    }

    @Test
    void aServiceWithoutItsDefaultStoreDoesNotStart(@TempDir Path other) throws IOException, InterruptedException {
        PackagedServer.Home home = PackagedServer.Home.in(other)
                .with("DEFAULT", "enabled_backends", "a:file,vol:cinder")
                .with("a", "filesystem_store_datadir", other.resolve("a").toString())
                .with(
                        "os_glance_staging_store",
                        "filesystem_store_datadir",
                        other.resolve("s").toString())
                .with(
                        "os_glance_tasks_store",
                        "filesystem_store_datadir",
                        other.resolve("t").toString());
        assertThat(org.assertj.core.api.Assertions.catchThrowable(home::start)).hasMessageContaining("default_backend");
        try (PackagedServer running =
                home.with("glance_store", "default_backend", "a").start()) {
            JsonNode stores = Api.json(new Api(running.url(), null).get("/v2/info/stores"));
            assertThat(stores.path("stores").path(1).path("id").asString()).isEqualTo("vol");
        }
        String log = Files.readString(home.log());
        assertThat(log.substring(log.indexOf("does not start"))).containsOnlyOnce("store is not available");
    }
}
