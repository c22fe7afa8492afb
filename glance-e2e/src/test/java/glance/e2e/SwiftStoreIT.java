package glance.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import glance.testkit.process.Command;
import glance.testkit.process.PackagedServer;
import glance.testkit.store.ObjectServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged server with its images in a real Swift, under the reference client and looked at with Swift's own tool. */
class SwiftStoreIT {
    private static final int SEGMENT = 1_024_000;
    private static final int SIZE = 2 * SEGMENT + 777;

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit before anything runs
    Path directory;

    private final ObjectServer swift = ObjectServer.shared();
    private final String container = swift.freshName();

    /** One store, as a configuration of 2014 has it but for the version of the login. */
    private PackagedServer.Home alone() {
        return inSegments(PackagedServer.Home.in(directory), "glance_store")
                .with("glance_store", "stores", "swift")
                .with("glance_store", "default_store", "swift")
                .with("glance_store", "swift_store_auth_address", swift.fact("IDENTITY_URL"))
                .with("glance_store", "swift_store_user", swift.fact("USER"))
                .with("glance_store", "swift_store_key", swift.fact("KEY"));
    }

    private PackagedServer.Home inSegments(PackagedServer.Home home, String section) {
        return home.with(section, "swift_store_container", container)
                .with(section, "swift_store_create_container_on_put", "true")
                .with(section, "swift_store_large_object_size", "1")
                .with(section, "swift_store_large_object_chunk_size", "1");
    }

    /** Two stores, the account in a file of its own. */
    private PackagedServer.Home besideFiles() throws IOException {
        Path accounts = Files.writeString(directory.resolve("swift.conf"), """
                [main]
                auth_address = %s
                user = '%s'
                key = '%s'
                """.formatted(
                        swift.fact("IDENTITY_URL"), swift.fact("USER"), swift.fact("KEY")));
        return inSegments(PackagedServer.Home.in(directory), "objects")
                .with("DEFAULT", "enabled_backends", "files:file,objects:swift")
                .with("DEFAULT", "show_multiple_locations", "true")
                .with("glance_store", "default_backend", "objects")
                .with("objects", "swift_store_config_file", accounts.toString())
                .with("objects", "default_swift_reference", "main")
                .with(
                        "files",
                        "filesystem_store_datadir",
                        directory.resolve("images").toString());
    }

    private Command swiftTool(String... words) {
        Needs.programs("swift");
        return Command.of("swift", "-A", swift.fact("AUTH_URL"), "-U", swift.fact("USER"), "-K", swift.fact("KEY"))
                .and(words);
    }

    private List<String> listed(String where) throws IOException, InterruptedException {
        return swiftTool("list", where).run().orFail().lines().toList();
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

    private String upload(PackagedServer server, Path data) throws IOException, InterruptedException {
        Map<String, String> created = Tables.properties(
                referenceClient(server, "image-create", "--disk-format", "raw", "--container-format", "bare")
                        .and("--file", data.toString())
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
        int start = SEGMENT - 5;
        HttpResponse<byte[]> range = new Api(server.url(), null)
                .bytes("/v2/images/" + id + "/file", "Range", "bytes=" + start + "-" + (start + 9));
        assertThat(range.statusCode()).isEqualTo(206);
        assertThat(range.body()).isEqualTo(Arrays.copyOfRange(Files.readAllBytes(data), start, start + 10));
    }

    @Test
    void theOnlyStoreIsSwiftWithItsObjectsLaidOutAsUpstreamDoes() throws IOException, InterruptedException {
        Path data = data();
        try (PackagedServer server = alone().start()) {
            String id = upload(server, data);
            assertThat(listed(container)).containsExactly(id, id + "-00001", id + "-00002", id + "-00003");
            assertThat(swiftTool("stat", container, id).run().orFail().replaceAll(" +", " "))
                    .contains("Manifest: " + container + "/" + id + "-", "Content Length: " + SIZE);
            assertThat(swiftTool("stat", container, id + "-00003").run().orFail())
                    .contains("Content Length: 777");
            assertServed(server, id, data);
            Path copy = directory.resolve("by-swift");
            swiftTool("download", "--output", copy.toString(), container, id)
                    .run()
                    .orFail();
            assertThat(copy).hasSameBinaryContentAs(data);
            referenceClient(server, "image-delete", id).run().orFail();
            assertThat(listed(container)).isEmpty();
        }
    }

    @Test
    void amongSeveralStoresLocationsNameTheAccountOfTheFile() throws IOException, InterruptedException {
        Path data = data();
        try (PackagedServer server = besideFiles().start()) {
            String id = upload(server, data);
            assertThat(new Api(server.url(), null).show(id).path("locations").toString())
                    .contains("\"url\":\"swift+config://main/" + container + "/" + id + "\"", "\"store\":\"objects\"");
            assertServed(server, id, data);
            referenceClient(server, "image-delete", id).run().orFail();
            assertThat(listed(container)).isEmpty();
        }
    }

    @Test
    void objectsThatSwiftsToolWroteAreReadAndDeletedWithAllSegments() throws IOException, InterruptedException {
        Path data = data();
        String[] kinds = {"dynamic", "static"};
        try (PackagedServer server = besideFiles().start()) {
            for (String kind : kinds) {
                String object = "written-" + kind;
                Command upload = swiftTool("upload", "--segment-size", Integer.toString(SEGMENT))
                        .and("--object-name", object, container, data.toString());
                (kind.equals("static") ? upload.and("--use-slo") : upload).run().orFail();
                assertThat(listed(container + "_segments")).hasSize(3);
                String id = new Api(server.url(), null).create("by swift, " + kind, "raw");
                String account = swift.fact("USER").replace(":", "%3A") + ":" + swift.fact("KEY");
                String url = swift.fact("IDENTITY_URL").replace("http://", "swift+http://" + account + "@") + "/"
                        + container + "/" + object;
                referenceClient(server, "location-add", "--url", url, id).run().orFail();
                assertServed(server, id, data);
                referenceClient(server, "image-delete", id).run().orFail();
                assertThat(listed(container)).isEmpty();
                assertThat(listed(container + "_segments")).isEmpty();
            }
        }
    }

    /** Tokens are validated, and the storage judged, by the same identity service. */
    private PackagedServer.Home inCallersAccounts() {
        return inSegments(PackagedServer.Home.in(directory), "glance_store")
                .with("paste_deploy", "flavor", "keystone")
                .with("keystone_authtoken", "auth_url", swift.fact("IDENTITY_URL"))
                .with("keystone_authtoken", "auth_type", "password")
                .with("keystone_authtoken", "username", "tester")
                .with("keystone_authtoken", "password", swift.fact("KEY"))
                .with("keystone_authtoken", "user_domain_id", "default")
                .with("keystone_authtoken", "project_name", "test")
                .with("keystone_authtoken", "project_domain_id", "default")
                .with("glance_store", "stores", "swift")
                .with("glance_store", "default_store", "swift")
                .with("glance_store", "swift_store_multi_tenant", "true");
    }

    private String token(String user, String key, String project) throws IOException, InterruptedException {
        String login = """
                {"auth": {"identity": {"methods": ["password"], "password": {"user": {"name": "%s", "password": "%s",
                 "domain": {"id": "default"}}}}, "scope": {"project": {"name": "%s", "domain": {"id": "default"}}}}}
                """.formatted(user, key, project);
        HttpRequest request = HttpRequest.newBuilder(URI.create(swift.fact("IDENTITY_URL") + "/auth/tokens"))
                .timeout(Duration.ofSeconds(30))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(login))
                .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request, BodyHandlers.discarding())
                    .headers()
                    .firstValue("X-Subject-Token")
                    .orElseThrow();
        }
    }

    private int statusAtSwift(String path, String... headers) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(swift.fact("STORAGE_URL") + path))
                    .timeout(Duration.ofSeconds(30));
            if (headers.length > 0) {
                request.headers(headers);
            }
            return client.send(request.build(), BodyHandlers.discarding()).statusCode();
        }
    }

    @Test
    void inCallersAccountsSwiftLetsReadWhoSeesTheImage() throws IOException, InterruptedException {
        Path data = data();
        String owner = token("tester", swift.fact("KEY"), "test");
        String other = token("demo", swift.fact("OTHER_KEY"), "demo");
        try (PackagedServer server = inCallersAccounts().start()) {
            Api api = new Api(server.url(), owner);
            String id = api.create("in my account", "raw");
            assertThat(api.upload(id, BodyPublishers.ofFile(data)).statusCode()).isEqualTo(204);
            String place = container + "_" + id;
            assertThat(listed(place)).containsExactly(id, id + "-00001", id + "-00002", id + "-00003");
            assertThat(statusAtSwift("/" + place + "/" + id)).isEqualTo(401);
            assertThat(statusAtSwift("/" + place + "/" + id, "X-Auth-Token", other))
                    .isEqualTo(403);

            assertThat(api.post("/v2/images/" + id + "/members", Map.of("member", "demo"))
                            .statusCode())
                    .isEqualTo(200);
            assertThat(statusAtSwift("/" + place + "/" + id, "X-Auth-Token", other))
                    .isEqualTo(200);
            assertThat(new Api(server.url(), other)
                            .bytes("/v2/images/" + id + "/file")
                            .body())
                    .isEqualTo(Files.readAllBytes(data));
            assertThat(api.delete("/v2/images/" + id + "/members/demo").statusCode())
                    .isEqualTo(204);
            assertThat(statusAtSwift("/" + place + "/" + id, "X-Auth-Token", other))
                    .isEqualTo(403);

            assertThat(api.patch(id, List.of(Map.of("op", "replace", "path", "/visibility", "value", "community")))
                            .statusCode())
                    .isEqualTo(200);
            assertThat(statusAtSwift("/" + place + "/" + id, "X-Auth-Token", other))
                    .isEqualTo(200);
            assertThat(statusAtSwift("/" + place + "/" + id)).isEqualTo(401);

            assertThat(api.delete("/v2/images/" + id).statusCode()).isEqualTo(204);
            assertThat(statusAtSwift("/" + place, "X-Auth-Token", owner)).isEqualTo(404);
        }
    }
}
