package glance.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import glance.testkit.process.Command;
import glance.testkit.process.PackagedServer;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Who may do what by API v1: both clients log in to a real Keystone as users of two projects, and as administrator. */
class KeystoneV1IT {
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
                .with("DEFAULT", "bind_port", Integer.toString(port))
                .with("DEFAULT", "enable_v1_api", "true");
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

    /** The client in the name of a user of a project, both of which Keystone knows. */
    private record User(GlanceProgram client, String name, String project) {
        Command.Outcome run(String... words) throws IOException, InterruptedException {
            return client.run(words)
                    .with(keystone.environment(name, project))
                    .with("HOME", directory.toString())
                    .run();
        }

        String create(String imageName) throws IOException, InterruptedException {
            String printed = run(
                            "image-create",
                            "--name",
                            imageName,
                            "--disk-format",
                            "iso",
                            "--container-format",
                            "bare",
                            "--file",
                            RealImages.bootable().toString())
                    .orFail();
            return Tables.properties(printed).getOrDefault("id", "");
        }
    }

    @ParameterizedTest
    @EnumSource
    void onlyAnAdministratorPublishes(GlanceProgram client) throws IOException, InterruptedException {
        User member = new User(client, "red_member", "red");
        User admin = new User(client, "admin", "admin");
        User stranger = new User(client, "blue_member", "blue");
        String name = "public-" + client;
        Command.Outcome refused = member.run("image-create", "--name", name, "--is-public", "True");
        assertThat(refused.exit()).isEqualTo(1);
        assertThat(refused.err()).contains("HTTP 403 Forbidden");

        // Reserved only: the reference client changes an image that has data at a terminal alone.
        String id = Tables.properties(
                        member.run("image-create", "--name", name, "--disk-format", "iso", "--container-format", "bare")
                                .orFail())
                .getOrDefault("id", "");
        assertThat(member.run("image-update", id, "--is-public", "True").err()).contains("HTTP 403 Forbidden");
        assertThat(stranger.run("image-list").orFail()).doesNotContain(id);
        assertThat(stranger.run("image-show", id).exit()).isEqualTo(1);
        assertThat(admin.run("image-list").orFail()).doesNotContain(id);
        assertThat(admin.run("image-list", "--is-public", "False").orFail()).contains(id);
        assertThat(member.run("image-list", "--all-tenants").orFail()).contains(id);

        admin.run("image-update", id, "--is-public", "True").orFail();
        assertThat(stranger.run("image-list").orFail()).contains(id);
        Command.Outcome notTheirs = stranger.run("image-delete", id);
        assertThat(notTheirs.out() + notTheirs.err()).contains("HTTP 403 Forbidden");
        Path iso = RealImages.bootable();
        member.run("image-update", id, "--file", iso.toString()).orFail();
        Path copy = directory.resolve(name);
        stranger.run("image-download", name, "--file", copy.toString()).orFail();
        assertThat(copy).hasSameBinaryContentAs(iso);
        member.run("image-delete", id).orFail();
    }

    @ParameterizedTest
    @EnumSource
    void aMemberSeesWhatIsSharedUntilItIsTakenBack(GlanceProgram client) throws IOException, InterruptedException {
        User owner = new User(client, "red_member", "red");
        User other = new User(client, "blue_member", "blue");
        String blue = keystone.fact("PROJECT_BLUE_ID");
        String id = owner.create("shared-" + client);
        assertThat(other.run("member-list", "--image-id", id).exit()).isEqualTo(1);

        owner.run("member-create", id, blue).orFail();
        assertThat(other.run("image-list").orFail()).contains(id);
        assertThat(Tables.rows(other.run("member-list", "--tenant-id", blue).orFail()))
                .contains(List.of(id, blue, ""));
        Path copy = directory.resolve("shared-" + client);
        other.run("image-download", id, "--file", copy.toString()).orFail();
        assertThat(copy).hasSameBinaryContentAs(RealImages.bootable());
        assertThat(other.run("member-create", id, "p-third").exit()).isEqualTo(1);

        owner.run("member-delete", id, blue).orFail();
        assertThat(other.run("image-show", id).exit()).isEqualTo(1);
        owner.run("image-delete", id).orFail();
    }
}
