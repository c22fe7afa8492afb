package glance.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import glance.testkit.database.DatabaseServer;
import glance.testkit.process.Command;
import glance.testkit.process.PackagedServer;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The packaged service with its metadata elsewhere: on a database server, or behind glance-registry. */
class MetadataPlacesIT {
    private static final byte[] DATA = new byte[500_000];

    static {
        new Random(11).nextBytes(DATA);
    }

    @ParameterizedTest
    @EnumSource(DatabaseServer.Kind.class)
    void aDatabaseServerHoldsIt(DatabaseServer.Kind kind, @TempDir Path directory)
            throws IOException, InterruptedException {
        PackagedServer.Home home = PackagedServer.Home.in(directory)
                .with("database", "connection", DatabaseServer.shared(kind).freshUrl());
        String id;
        try (PackagedServer server = home.start()) {
            id = lifeOfAnImage(new Api(server.url(), null));
        }
        try (PackagedServer again = home.start()) {
            assertThat(new Api(again.url(), null)
                            .bytes("/v2/images/" + id + "/file")
                            .body())
                    .isEqualTo(DATA);
        }
        assertThat(home.database()).doesNotExist();
    }

    @ParameterizedTest
    @EnumSource(DatabaseServer.Kind.class)
    void aRegistryHoldsItOnADatabaseServer(DatabaseServer.Kind kind, @TempDir Path directory)
            throws IOException, InterruptedException {
        PackagedServer.Home registry = registry(directory)
                .with("database", "connection", DatabaseServer.shared(kind).freshUrl());
        try (PackagedServer behind = registry.start();
                PackagedServer server = before(directory, behind.port()).start()) {
            lifeOfAnImage(new Api(server.url(), null));
        }
    }

    @Test
    void aNodeThatStartsLeavesTheOthersUploadsAlone(@TempDir Path directory) throws IOException, InterruptedException {
        String url = DatabaseServer.shared(DatabaseServer.Kind.MARIADB).freshUrl();
        Path images = Files.createDirectory(directory.resolve("images"));
        try (PackagedServer first = node(directory, "first", url, images).start();
                RawConnection upload = new RawConnection(first.port())) {
            Api api = new Api(first.url(), null);
            String id = api.create("slow", "raw");
            upload.head(
                            "PUT /v2/images/" + id + "/file HTTP/1.1",
                            "Host: localhost",
                            "Content-Type: application/octet-stream",
                            "Content-Length: " + DATA.length)
                    .send(Arrays.copyOf(DATA, 1000));
            Eventually.holds("upload has begun", () -> api.status(id).equals("saving"));
            try (PackagedServer second = node(directory, "second", url, images).start()) {
                Api other = new Api(second.url(), null);
                assertThat(other.status(id)).isEqualTo("saving");
                assertThat(upload.send(Arrays.copyOfRange(DATA, 1000, DATA.length))
                                .readHead())
                        .startsWith("HTTP/1.1 204");
                assertThat(other.bytes("/v2/images/" + id + "/file").body()).isEqualTo(DATA);
            }
        }
    }

    private static PackagedServer.Home node(Path directory, String name, String url, Path images) throws IOException {
        return PackagedServer.Home.in(Files.createDirectory(directory.resolve(name)))
                .with("DEFAULT", "worker_id", name)
                .with("database", "connection", url)
                .with("glance_store", "filesystem_store_datadir", images.toString());
    }

    @Test
    void aServiceStartsBeforeItsRegistry(@TempDir Path directory) throws IOException, InterruptedException {
        int port = PackagedServer.freePort();
        try (PackagedServer server = before(directory, port).start()) {
            Api api = new Api(server.url(), null);
            assertThat(api.get("/v2/images").statusCode()).isEqualTo(503);
            try (PackagedServer registry = registry(directory)
                    .with("DEFAULT", "bind_port", Integer.toString(port))
                    .start()) {
                assertThat(registry.isAlive()).isTrue();
                Eventually.holds(
                        "the service finds its registry",
                        () -> api.get("/v2/images").statusCode() == 200);
            }
        }
    }

    @Test
    void withoutItsRegistryTheServiceAnswers503AndComesBackByItself(@TempDir Path directory)
            throws IOException, InterruptedException {
        int port = PackagedServer.freePort();
        PackagedServer.Home registry = registry(directory).with("DEFAULT", "bind_port", Integer.toString(port));
        PackagedServer first = registry.start();
        try (PackagedServer server = before(directory, port).start()) {
            Api api = new Api(server.url(), null);
            String id = lifeOfAnImage(api);
            assertThat(server.home().database()).doesNotExist();
            first.kill();
            assertThat(api.get("/v2/images").statusCode()).isEqualTo(503);
            assertThat(api.post("/v2/images", Map.of("name", "lost")).statusCode())
                    .isEqualTo(503);
            try (PackagedServer second = registry.start()) {
                assertThat(second.port()).isEqualTo(port);
                Eventually.holds(
                        "the service finds its registry again",
                        () -> api.get("/v2/images").statusCode() == 200);
                assertThat(api.bytes("/v2/images/" + id + "/file").body()).isEqualTo(DATA);
                assertThat(api.delete("/v2/images/" + id).statusCode()).isEqualTo(204);
                assertThat(server.home().images().resolve(id)).doesNotExist();
            }
        } finally {
            first.close();
        }
    }

    /** The page's own lines, at another port. */
    @Test
    void theQuestionsOfItsPageAreAnswered(@TempDir Path directory) throws IOException, InterruptedException {
        Needs.programs("curl");
        Path page = Path.of(System.getProperty("glance.root", "..")).resolve("docs/operations/registry.md");
        try (PackagedServer registry = registry(directory).start();
                PackagedServer server = before(directory, registry.port()).start()) {
            String id = lifeOfAnImage(new Api(server.url(), null));
            List<String> questions = Files.readAllLines(page).stream()
                    .filter(line -> line.startsWith("curl "))
                    .map(line -> line.replace(":9191", ":" + registry.port()))
                    .toList();
            assertThat(questions).hasSize(2);
            for (String question : questions) {
                assertThat(Command.of("sh", "-c", question)
                                .within(Duration.ofSeconds(30))
                                .run()
                                .orFail())
                        .as(question)
                        .contains(id);
            }
        }
    }

    private static PackagedServer.Home registry(Path directory) throws IOException {
        return PackagedServer.Home.in(Files.createDirectory(directory.resolve("registry")))
                .running("glance-registry");
    }

    private static PackagedServer.Home before(Path directory, int registryPort) throws IOException {
        return PackagedServer.Home.in(Files.createDirectory(directory.resolve("api")))
                .with("DEFAULT", "data_api", "glance.db.registry.api")
                .with("DEFAULT", "registry_host", "127.0.0.1")
                .with("DEFAULT", "registry_port", Integer.toString(registryPort));
    }

    /** Makes an image with data, and looks at it from all sides. */
    private static String lifeOfAnImage(Api api) throws IOException, InterruptedException {
        String id = api.create("\u00c4pfel", "raw");
        assertThat(api.upload(id, BodyPublishers.ofByteArray(DATA)).statusCode())
                .isEqualTo(204);
        assertThat(api.status(id)).isEqualTo("active");
        assertThat(api.method("PUT", "/v2/images/" + id + "/tags/blue").statusCode())
                .isEqualTo(204);
        assertThat(api.get("/v2/images?tag=blue&name=%C3%84pfel").body()).contains(id);
        assertThat(api.bytes("/v2/images/" + id + "/file").body()).isEqualTo(DATA);
        String spare = api.create("spare", "raw");
        assertThat(api.delete("/v2/images/" + spare).statusCode()).isEqualTo(204);
        assertThat(api.get("/v2/images/" + spare).statusCode()).isEqualTo(404);
        return id;
    }
}
