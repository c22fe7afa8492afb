package glance.testkit.auth;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.opentest4j.TestAbortedException;

/**
 * A real Keystone on loopback, run by {@code tests/servers/keystone.sh}: Debian's package on SQLite, with projects {@code
 * red}, {@code blue} and {@code service} and users like {@code red_member}. Setting it up takes about twenty seconds, so one
 * is shared by all tests of a JVM.
 */
public final class Keystone {
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private static @Nullable Keystone shared;
    private static @Nullable String failure;

    private final Path script;
    private final Path directory;
    private final Map<String, String> facts;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10))
            .build();

    private Keystone(Path script, Path directory) throws IOException {
        this.script = script;
        this.directory = directory;
        this.facts = facts(run("start"));
    }

    /**
     * The Keystone of this JVM, running. Where none can be installed the calling test is skipped, saying why; with {@code
     * CI=true} in the environment it fails.
     */
    public static synchronized Keystone shared() {
        if (failure == null && shared == null) {
            try {
                Keystone started = new Keystone(findScript(), Files.createTempDirectory("keystone"));
                Runtime.getRuntime().addShutdownHook(new Thread(started::stopQuietly, "stop-keystone"));
                shared = started;
            } catch (IOException e) {
                failure = "no Keystone: " + e.getMessage();
            }
        }
        if (shared == null) {
            if ("true".equals(System.getenv("CI"))) {
                throw new AssertionError(failure);
            }
            System.err.println("skipped, " + failure);
            throw new TestAbortedException(failure);
        }
        return shared;
    }

    /**
     * Something the script told, e.g. {@code OS_AUTH_URL}, {@code USER_PASSWORD} or {@code PROJECT_RED_ID}.
     *
     * @throws IllegalArgumentException when it did not
     */
    public String fact(String name) {
        String value = facts.get(name);
        if (value == null) {
            throw new IllegalArgumentException("the script tells no " + name + ", only " + facts.keySet());
        }
        return value;
    }

    /** The v3 address. */
    public String url() {
        return fact("OS_AUTH_URL");
    }

    /** A new token of a user on a project. */
    public String token(String user, String project) {
        return logIn("""
                {"auth": {"identity": {"methods": ["password"], "password": {"user":
                  {"name": "%s", "domain": {"id": "default"}, "password": "%s"}}},
                 "scope": {"project": {"name": "%s", "domain": {"id": "default"}}}}}
                """.formatted(user, fact("USER_PASSWORD"), project));
    }

    /** A new token that is scoped to the whole system; {@code glance} and {@code admin} may have one. */
    public String systemToken(String user) {
        return logIn("""
                {"auth": {"identity": {"methods": ["password"], "password": {"user":
                  {"name": "%s", "domain": {"id": "default"}, "password": "%s"}}},
                 "scope": {"system": {"all": true}}}}
                """.formatted(user, fact("USER_PASSWORD")));
    }

    /**
     * A new token of an application credential of {@code red_member}.
     *
     * @param name {@code APPLICATION} for the unlimited one, {@code RULED} for the one that may only list images and get
     *     their data
     */
    public String credentialToken(String name) {
        return logIn("""
                {"auth": {"identity": {"methods": ["application_credential"], "application_credential":
                  {"id": "%s", "secret": "%s"}}}}
                """.formatted(fact(name + "_CREDENTIAL_ID"), fact(name + "_CREDENTIAL_SECRET")));
    }

    /** Makes a token invalid. */
    public void revoke(String token) {
        HttpResponse<String> answer = send(request("/auth/tokens")
                .header("X-Auth-Token", token)
                .header("X-Subject-Token", token)
                .DELETE());
        if (answer.statusCode() != 204) {
            throw new IllegalStateException("token not revoked: " + answer.statusCode() + " " + answer.body());
        }
    }

    /**
     * Any JSON request below the v3 address.
     *
     * @return the answer's body
     */
    public String call(String method, String path, String token, String body) {
        HttpResponse<String> answer = send(request(path)
                .header("X-Auth-Token", token)
                .header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(body)));
        if (answer.statusCode() >= 300) {
            throw new IllegalStateException(method + " " + path + ": " + answer.statusCode() + " " + answer.body());
        }
        return answer.body();
    }

    /** Stops the server; its data stays. */
    public void stop() throws IOException {
        run("stop");
    }

    /** Starts it again, same address, same data. */
    public void start() throws IOException {
        run("start");
    }

    private String logIn(String body) {
        HttpResponse<String> answer = send(request("/auth/tokens")
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body)));
        return answer.headers()
                .firstValue("X-Subject-Token")
                .orElseThrow(() -> new IllegalStateException("no token: " + answer.statusCode() + " " + answer.body()));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(url() + path)).timeout(Duration.ofSeconds(60));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) {
        for (int attempt = 0; ; attempt++) {
            try {
                return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
            } catch (IOException e) {
                // The server closes after each answer; now and then the client still takes such a connection for open.
                if (attempt == 2) {
                    throw new IllegalStateException("Keystone does not answer", e);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted", e);
            }
        }
    }

    private void stopQuietly() {
        try {
            run("stop");
            new ProcessBuilder("rm", "-rf", directory.toString()).inheritIO().start();
        } catch (IOException e) {
            System.err.println("Keystone in " + directory + " was not stopped: " + e.getMessage());
        }
    }

    private List<String> run(String command) throws IOException {
        Path log = directory.resolve(command + ".out");
        // Output goes to a file: a pipe would stay open as long as the server lives.
        Process process = new ProcessBuilder(script.toString(), command, directory.toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                process.destroy();
                throw new IOException(script + " " + command + " took longer than " + PATIENCE);
            }
        } catch (InterruptedException e) {
            process.destroy();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        List<String> output = Files.readAllLines(log);
        if (process.exitValue() != 0) {
            throw new IOException(String.join(" / ", output));
        }
        return new ArrayList<>(output);
    }

    private static Map<String, String> facts(List<String> lines) {
        Map<String, String> facts = new HashMap<>();
        for (String line : lines) {
            int sign = line.indexOf('=');
            if (sign > 0) {
                facts.put(line.substring(0, sign), line.substring(sign + 1));
            }
        }
        return facts;
    }

    private static Path findScript() throws IOException {
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            Path script = at.resolve("tests/servers/keystone.sh");
            if (Files.isExecutable(script)) {
                return script;
            }
        }
        throw new IOException(
                "tests/servers/keystone.sh is not above " + Path.of("").toAbsolutePath());
    }
}
