package glance.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import glance.testkit.process.Command;
import glance.testkit.process.PackagedServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real clients log in to a real Keystone, find the service in its catalog, and share an image between two projects. */
class KeystoneClientsIT {
    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit before anything runs
    static Path directory;

    @SuppressWarnings("NullAway.Init") // set before all tests
    private static Keystone keystone;

    @SuppressWarnings("NullAway.Init") // set before all tests
    private static PackagedServer server;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        int port = PackagedServer.freePort();
        keystone = Keystone.start(directory.resolve("keystone"), URI.create("http://127.0.0.1:" + port));
        PackagedServer.Home home = PackagedServer.Home.in(Files.createDirectory(directory.resolve("glance")))
                .with("DEFAULT", "bind_port", Integer.toString(port));
        server = keystone.configured(home).start();
    }

    @AfterAll
    @SuppressWarnings("NullAway") // null when the start was skipped or failed
    static void stop() {
        if (server != null) {
            server.close();
        }
        if (keystone != null) {
            keystone.close();
        }
    }

    private static Command as(String user, String project, String... words) {
        return Command.of(words).with(keystone.environment(user, project)).with("HOME", directory.toString());
    }

    private static Command pythonGlance(String user, String project, String... words) {
        Needs.programs("glance");
        return as(user, project, "/usr/bin/glance").and(words);
    }

    private static Command openstack(String user, String project, String... words) {
        Needs.programs("openstack");
        return as(user, project, "openstack").and(words);
    }

    private static Command ourGlance(String user, String project, String... words) {
        return as(user, project, ourProgram()).and(words);
    }

    private static String ourProgram() {
        return PackagedServer.distribution().resolve("bin/glance").toString();
    }

    private static String token(String user, String project) throws IOException, InterruptedException {
        return openstack(user, project, "token", "issue", "-f", "value", "-c", "id")
                .run()
                .orFail()
                .strip();
    }

    private static String create(String name) throws IOException, InterruptedException {
        return Tables.properties(pythonGlance(
                                "red_member",
                                "red",
                                "image-create",
                                "--name",
                                name,
                                "--disk-format",
                                "iso",
                                "--container-format",
                                "bare",
                                "--file",
                                RealImages.bootable().toString())
                        .run()
                        .orFail())
                .getOrDefault("id", "");
    }

    @Test
    void anImageIsSharedAcceptedReadAndTakenBack() throws IOException, InterruptedException {
        String id = create("shared memtest");
        String blue = keystone.fact("PROJECT_BLUE_ID");
        assertThat(pythonGlance("blue_member", "blue", "image-show", id).run().exit())
                .isEqualTo(1);

        List<List<String>> made = Tables.rows(pythonGlance("red_member", "red", "member-create", id, blue)
                .run()
                .orFail());
        assertThat(made).contains(List.of(id, blue, "pending"));
        // Known by its id at once, listed only once it is accepted.
        pythonGlance("blue_member", "blue", "image-show", id).run().orFail();
        assertThat(pythonGlance("blue_member", "blue", "image-list").run().orFail())
                .doesNotContain(id);
        assertThat(pythonGlance("red_member", "red", "member-update", id, blue, "accepted")
                        .run()
                        .exit())
                .isEqualTo(1);
        pythonGlance("blue_member", "blue", "member-update", id, blue, "accepted")
                .run()
                .orFail();
        assertThat(pythonGlance("blue_member", "blue", "image-list").run().orFail())
                .contains(id);
        assertThat(Tables.rows(ourGlance("red_member", "red", "member-list", "--image-id", id)
                        .run()
                        .orFail()))
                .contains(List.of(id, blue, "accepted"));

        Path copy = directory.resolve("shared.iso");
        openstack("blue_member", "blue", "image", "save", "--file", copy.toString(), id)
                .run()
                .orFail();
        assertThat(copy).hasSameBinaryContentAs(RealImages.bootable());
        assertThat(pythonGlance("blue_member", "blue", "image-delete", id).run().exit())
                .isEqualTo(1);

        pythonGlance("red_member", "red", "member-delete", id, blue).run().orFail();
        assertThat(pythonGlance("blue_member", "blue", "image-show", id).run().exit())
                .isEqualTo(1);
        pythonGlance("red_member", "red", "image-delete", id).run().orFail();
    }

    @Test
    void openstackClientManagesProjectsOfAnImage() throws IOException, InterruptedException {
        String id = create("openstack sharing");
        String blue = keystone.fact("PROJECT_BLUE_ID");
        openstack("red_member", "red", "image", "add", "project", id, blue)
                .run()
                .orFail();
        openstack("blue_member", "blue", "image", "set", "--accept", id).run().orFail();
        assertThat(openstack("red_member", "red", "image", "member", "list", id, "-f", "value")
                        .run()
                        .orFail())
                .contains("accepted");
        openstack("red_member", "red", "image", "remove", "project", id, blue)
                .run()
                .orFail();
        openstack("red_member", "red", "image", "delete", id).run().orFail();
    }

    @Test
    void onlyAnAdministratorReadsADeactivatedImage() throws IOException, InterruptedException {
        String id = create("deactivated memtest");
        pythonGlance("red_member", "red", "image-deactivate", id).run().orFail();
        Path copy = directory.resolve("deactivated.iso");
        Command.Outcome refused = pythonGlance("red_member", "red", "image-download", "--file", copy.toString(), id)
                .run();
        assertThat(refused.exit()).isEqualTo(1);
        pythonGlance("admin", "admin", "image-download", "--file", copy.toString(), id)
                .run()
                .orFail();
        assertThat(copy).hasSameBinaryContentAs(RealImages.bootable());
        pythonGlance("red_member", "red", "image-reactivate", id).run().orFail();
        pythonGlance("red_member", "red", "image-delete", id).run().orFail();
    }

    @Test
    void aReaderLooksAndAMemberMayNotPublish() throws IOException, InterruptedException {
        String id = create("roles");
        pythonGlance("red_reader", "red", "image-show", id).run().orFail();
        Command.Outcome reader = pythonGlance("red_reader", "red", "image-update", "--name", "no", id)
                .run();
        assertThat(reader.err() + reader.out()).contains("403");
        Command.Outcome member =
                openstack("red_member", "red", "image", "set", "--public", id).run();
        assertThat(member.exit()).isEqualTo(1);
        openstack("admin", "admin", "image", "set", "--public", id).run().orFail();
        assertThat(pythonGlance("blue_reader", "blue", "image-list").run().orFail())
                .contains(id);
    }

    @Test
    void ourClientLogsInByPasswordTokenCredentialAndCloud() throws IOException, InterruptedException {
        String id = create("ways to log in");
        assertThat(ourGlance("red_member", "red", "image-list").run().orFail()).contains(id);

        Command bare = Command.of(ourProgram()).with("HOME", directory.toString());
        assertThat(bare.with("OS_IMAGE_URL", server.url().toString())
                        .with("OS_AUTH_TOKEN", token("red_member", "red"))
                        .and("image-list")
                        .run()
                        .orFail())
                .contains(id);
        assertThat(bare.with("OS_AUTH_TYPE", "v3applicationcredential")
                        .with("OS_AUTH_URL", keystone.fact("OS_AUTH_URL"))
                        .with("OS_APPLICATION_CREDENTIAL_ID", keystone.fact("APPLICATION_CREDENTIAL_ID"))
                        .with("OS_APPLICATION_CREDENTIAL_SECRET", keystone.fact("APPLICATION_CREDENTIAL_SECRET"))
                        .and("image-list")
                        .run()
                        .orFail())
                .contains(id);
        Path clouds = directory.resolve("clouds.yaml");
        Files.writeString(clouds, """
                clouds:
                  red:
                    auth:
                      auth_url: %s
                      username: red_member
                      password: %s
                      project_name: red
                      user_domain_name: Default
                      project_domain_name: Default
                    region_name: RegionOne
                """.formatted(keystone.fact("OS_AUTH_URL"), keystone.fact("USER_PASSWORD")));
        assertThat(bare.with("OS_CLIENT_CONFIG_FILE", clouds.toString())
                        .with("OS_CLOUD", "red")
                        .and("image-list")
                        .run()
                        .orFail())
                .contains(id);
        Command.Outcome wrong = ourGlance("red_member", "red", "image-list")
                .with("OS_PASSWORD", "wrong")
                .run();
        assertThat(wrong.exit()).isEqualTo(1);
        assertThat(wrong.err().strip().lines()).hasSize(1);
    }

    @Test
    void withoutAValidTokenNobodyGetsIn() throws IOException, InterruptedException {
        HttpResponse<String> none = new Api(server.url(), null).get("/v2/images");
        assertThat(none.statusCode()).isEqualTo(401);
        assertThat(none.headers().firstValue("WWW-Authenticate").orElse(""))
                .isEqualTo("Keystone uri=\"" + keystone.fact("OS_AUTH_URL") + "\"");
        assertThat(new Api(server.url(), keystone.fact("EXPIRED_TOKEN"))
                        .get("/v2/images")
                        .statusCode())
                .isEqualTo(401);
        HttpResponse<String> forged = new Api(server.url(), null)
                .get("/v2/images", "X-Identity-Status", "Confirmed", "X-Roles", "admin", "X-Project-Id", "p");
        assertThat(forged.statusCode()).isEqualTo(401);
        assertThat(new Api(server.url(), null).get("/").statusCode()).isEqualTo(300);
    }

    @Test
    void aVanishedKeystoneIsNotAnInvalidToken() throws IOException, InterruptedException {
        Path own = Files.createDirectory(directory.resolve("lonely"));
        PackagedServer.Home home = keystone.configured(PackagedServer.Home.in(own))
                .with("keystone_authtoken", "auth_url", "http://127.0.0.1:" + PackagedServer.freePort())
                .with("keystone_authtoken", "http_request_max_retries", "0");
        try (PackagedServer lonely = home.start()) {
            assertThat(new Api(lonely.url(), token("red_member", "red"))
                            .get("/v2/images")
                            .statusCode())
                    .isEqualTo(503);
        }
    }

    /** The configuration of a 2014 installation, its database an SQLite file since nothing else is reached yet. */
    @Test
    void theConfigurationOf2014StartsTheService() throws IOException, InterruptedException {
        URI identity = URI.create(keystone.fact("OS_AUTH_URL"));
        Path own = Files.createDirectory(directory.resolve("seed"));
        PackagedServer.Home modern = PackagedServer.Home.in(own);
        Map<String, Map<String, String>> seed = Map.of(
                "DEFAULT", modern.options().getOrDefault("DEFAULT", Map.of()),
                "glance_store", modern.options().getOrDefault("glance_store", Map.of()),
                "keystone_authtoken",
                        Map.of(
                                "auth_uri", "http://127.0.0.1:" + identity.getPort(),
                                "auth_host", "127.0.0.1",
                                "auth_port", Integer.toString(PackagedServer.freePort()),
                                "auth_protocol", "http",
                                "admin_tenant_name", "service",
                                "admin_user", "glance",
                                "admin_password", keystone.fact("USER_PASSWORD")),
                "database", Map.of("sql_connection", "sqlite:///" + own.resolve("glance.sqlite")),
                "paste_deploy", Map.of("flavor", "keystone"));
        PackagedServer.Home home = new PackagedServer.Home(own, seed, Map.of(), List.of(), "glance-api");
        try (PackagedServer old = home.start()) {
            Command client = Command.of(ourProgram())
                    .with(keystone.environment("red_admin", "red"))
                    .with("HOME", directory.toString())
                    .and("--os-image-url", old.url().toString());
            String id = Tables.properties(client.and(
                                    "image-create",
                                    "--name",
                                    "cirros_x86_64",
                                    "--is-public",
                                    "true",
                                    "--container-format",
                                    "bare",
                                    "--disk-format",
                                    "iso")
                            .reading(RealImages.bootable())
                            .run()
                            .orFail())
                    .getOrDefault("id", "");
            List<List<String>> listed =
                    Tables.rows(client.and("image-list").run().orFail());
            assertThat(listed.getFirst())
                    .containsExactly("ID", "Name", "Disk Format", "Container Format", "Size", "Status");
            assertThat(listed)
                    .anyMatch(row -> row.getFirst().equals(id) && row.getLast().equals("active"));
            Path copy = directory.resolve("cirros");
            client.and("image-download", "--file", copy.toString(), "--progress", id)
                    .run()
                    .orFail();
            assertThat(copy).hasSameBinaryContentAs(RealImages.bootable());
            assertThat(Tables.properties(client.and("--os-image-api-version=2", "image-show", id)
                            .run()
                            .orFail()))
                    .containsEntry("visibility", "public");
            assertThat(old.logTail()).doesNotContain(keystone.fact("USER_PASSWORD"));
        }
    }
}
