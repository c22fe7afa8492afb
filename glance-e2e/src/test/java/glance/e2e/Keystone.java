package glance.e2e;

import glance.testkit.process.Command;
import glance.testkit.process.PackagedServer;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** A real Keystone of the project's own script, and a server configured to ask it. */
final class Keystone implements AutoCloseable {
    private final Path directory;
    private final Map<String, String> facts;

    private Keystone(Path directory, Map<String, String> facts) {
        this.directory = directory;
        this.facts = Map.copyOf(facts);
    }

    /** Starts one whose catalog shows {@code image} as the image endpoint. */
    static Keystone start(Path directory, URI image) throws IOException, InterruptedException {
        Needs.programs("keystone-manage", "curl");
        String printed = script("start", directory)
                .with("IMAGE_URL", image.toString())
                .within(Duration.ofMinutes(3))
                .run()
                .orFail();
        Map<String, String> facts = new HashMap<>();
        printed.lines().filter(line -> line.contains("=")).forEach(line -> {
            int equals = line.indexOf('=');
            facts.put(line.substring(0, equals), line.substring(equals + 1));
        });
        return new Keystone(directory, facts);
    }

    private static Command script(String verb, Path directory) {
        Path script = Path.of(System.getProperty("glance.root", "..")).resolve("tests/servers/keystone.sh");
        return Command.of(script.toAbsolutePath().normalize().toString(), verb, directory.toString());
    }

    /** A fact the script printed, e.g. {@code OS_AUTH_URL}. */
    String fact(String name) {
        String value = facts.get(name);
        if (value == null) {
            throw new AssertionError("keystone.sh printed no " + name + ", only " + facts.keySet());
        }
        return value;
    }

    /** {@code OS_*} variables of a user by name, e.g. {@code red_member}, in a project, e.g. {@code red}. */
    Map<String, String> environment(String user, String project) {
        return Map.of(
                "OS_AUTH_URL",
                fact("OS_AUTH_URL"),
                "OS_IDENTITY_API_VERSION",
                "3",
                "OS_USERNAME",
                user,
                "OS_PASSWORD",
                fact("USER_PASSWORD"),
                "OS_PROJECT_NAME",
                project,
                "OS_USER_DOMAIN_NAME",
                "Default",
                "OS_PROJECT_DOMAIN_NAME",
                "Default",
                "OS_REGION_NAME",
                fact("OS_REGION_NAME"));
    }

    /** A server that asks this Keystone, in today's option form. */
    PackagedServer.Home configured(PackagedServer.Home home) {
        return home.with("paste_deploy", "flavor", "keystone")
                .with("keystone_authtoken", "www_authenticate_uri", fact("OS_AUTH_URL"))
                .with("keystone_authtoken", "auth_url", fact("OS_AUTH_URL"))
                .with("keystone_authtoken", "auth_type", "password")
                .with("keystone_authtoken", "username", "glance")
                .with("keystone_authtoken", "password", fact("USER_PASSWORD"))
                .with("keystone_authtoken", "project_name", "service")
                .with("keystone_authtoken", "user_domain_name", "Default")
                .with("keystone_authtoken", "project_domain_name", "Default");
    }

    @Override
    public void close() {
        try {
            script("stop", directory).run().orFail();
        } catch (IOException broken) {
            throw new java.io.UncheckedIOException(broken);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }
}
