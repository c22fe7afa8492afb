package glance.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import glance.testkit.process.PackagedServer;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** The service as its operator sees it: start, reload, stop, health, metrics. */
class OperationsIT {
    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit before anything runs
    static Path directory;

    @SuppressWarnings("NullAway.Init") // set before each test
    private PackagedServer.Home home;

    @BeforeEach
    void prepare(TestInfo test) throws IOException {
        home = PackagedServer.Home.in(Files.createDirectory(
                directory.resolve(test.getTestMethod().orElseThrow().getName())));
    }

    @Test
    void transfersInProgressFinishBeforeTheServiceStops() throws IOException, InterruptedException {
        try (PackagedServer server = home.start()) {
            String id = new Api(server.url(), null).create("draining", "raw");
            byte[] half = new byte[200_000];
            new Random(1).nextBytes(half);
            try (RawConnection connection = new RawConnection(server.port())) {
                connection
                        .head(
                                "PUT /v2/images/" + id + "/file HTTP/1.1",
                                "Host: localhost",
                                "Content-Type: application/octet-stream",
                                "Content-Length: " + 2 * half.length)
                        .send(half);
                Eventually.holds(
                        "upload has begun",
                        () -> new Api(server.url(), null).status(id).equals("saving"));
                server.terminate();
                Eventually.holds("new connections are refused", () -> isRefused(server.port()));
                assertThat(connection.send(half).readHead()).startsWith("HTTP/1.1 204");
            }
            assertThat(server.awaitExit(Duration.ofSeconds(10))).isIn(0, 143);
            try (PackagedServer again = home.start()) {
                assertThat(new Api(again.url(), null).status(id)).isEqualTo("active");
                assertThat(again.home().images().resolve(id)).hasSize(2L * half.length);
            }
        }
    }

    private static boolean isRefused(int port) throws IOException {
        try (RawConnection _ = new RawConnection(port)) {
            return false;
        } catch (ConnectException refused) {
            return true;
        }
    }

    @Test
    void transfersThatTakeTooLongAreCutWhenTheServiceStops() throws IOException, InterruptedException {
        home = home.with("DEFAULT", "graceful_shutdown_timeout", "1");
        String id;
        try (PackagedServer server = home.start()) {
            id = new Api(server.url(), null).create("cut", "raw");
            try (RawConnection connection = new RawConnection(server.port())) {
                connection
                        .head(
                                "PUT /v2/images/" + id + "/file HTTP/1.1",
                                "Host: localhost",
                                "Content-Type: application/octet-stream",
                                "Content-Length: 400000")
                        .send(new byte[200_000]);
                Eventually.holds(
                        "upload has begun",
                        () -> new Api(server.url(), null).status(id).equals("saving"));
                server.terminate();
                assertThat(server.awaitExit(Duration.ofSeconds(10))).isIn(0, 143);
            }
        }
        try (PackagedServer again = home.start()) {
            assertThat(new Api(again.url(), null).status(id)).isEqualTo("queued");
            try (Stream<Path> files = Files.walk(again.home().images())) {
                assertThat(files.filter(Files::isRegularFile)).isEmpty();
            }
        }
    }

    @Test
    void anOpenServiceBindsLoopbackOnly() throws IOException, InterruptedException {
        home = home.with("DEFAULT", "bind_host", "0.0.0.0");
        assertThatThrownBy(() -> home.start().close())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("bind_host")
                .hasMessageContaining("allow_unauthenticated_remote_access");
        home = home.with("DEFAULT", "allow_unauthenticated_remote_access", "true");
        try (PackagedServer server = home.start()) {
            assertThat(new Api(server.url(), null).get("/v2/images").statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void anInvalidValueStopsTheStartAndSaysWhere() {
        home = home.with("DEFAULT", "api_limit_max", "many");
        assertThatThrownBy(() -> home.start().close())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("glance-api.conf")
                .hasMessageContaining("api_limit_max")
                .hasMessageContaining("many");
    }

    @Test
    void anUnknownOptionWarnsAndTheServiceStarts() throws IOException, InterruptedException {
        try (PackagedServer server = home.with("DEFAULT", "no_such_option", "1").start()) {
            assertThat(server.logTail()).contains("no_such_option");
        }
    }

    @Test
    void hangupReloadsThePolicy() throws IOException, InterruptedException {
        Path policy = home.directory().resolve("policy.yaml");
        Files.writeString(policy, "{}\n");
        home = home.with("oslo_policy", "policy_file", policy.toString());
        try (PackagedServer server = home.start()) {
            Api api = new Api(server.url(), null);
            assertThat(api.get("/v2/images").statusCode()).isEqualTo(200);
            Files.writeString(policy, "\"get_images\": \"!\"\n");
            server.signal("HUP");
            Eventually.holds("listing is forbidden", () -> api.get("/v2/images").statusCode() == 403);
            // A broken file keeps the rules that hold.
            Files.writeString(policy, "\"get_images\": \"role:(\"\n");
            server.signal("HUP");
            Eventually.holds("the log says so", () -> server.logTail().contains("policy.yaml"));
            assertThat(api.get("/v2/images").statusCode()).isEqualTo(403);
            Files.writeString(policy, "{}\n");
            server.signal("HUP");
            Eventually.holds(
                    "listing is allowed again", () -> api.get("/v2/images").statusCode() == 200);
        }
    }

    /** Rotation must not depend on an operator's edit that is under way. */
    @Test
    void hangupOpensTheLogAnewWhateverTheConfiguration() throws IOException, InterruptedException {
        Path log = home.directory().resolve("service.log");
        home = home.with("DEFAULT", "log_file", log.toString());
        try (PackagedServer server = home.start()) {
            Files.move(log, home.directory().resolve("service.log.1"));
            String file = Files.readString(home.configuration());
            Files.writeString(home.configuration(), file.replace("[DEFAULT]\n", "[DEFAULT]\napi_limit_max = many\n"));
            server.signal("HUP");
            Eventually.holds(
                    "the new file tells",
                    () -> Files.exists(log) && Files.readString(log).contains("configuration not reloaded"));
            assertThat(new Api(server.url(), null).get("/v2/images").statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void hangupReloadsTheLogLevel() throws IOException, InterruptedException {
        try (PackagedServer server = home.start()) {
            Api api = new Api(server.url(), null);
            String before = Files.readString(home.log());
            String file = Files.readString(home.configuration());
            Files.writeString(home.configuration(), file.replace("[DEFAULT]\n", "[DEFAULT]\ndebug = true\n"));
            server.signal("HUP");
            Eventually.holds(
                    "the change is told",
                    () -> Files.readString(home.log())
                            .substring(before.length())
                            .matches("(?s).*configuration reloaded change=[^\\n]*debug.*"));
            assertThat(api.get("/v2/images").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void healthIsToldAndSwitchedOffByAFile() throws IOException, InterruptedException {
        Path disabled = home.directory().resolve("healthcheck_disable");
        home = home.with("healthcheck", "backends", "disable_by_file")
                .with("healthcheck", "disable_by_file_path", disabled.toString());
        try (PackagedServer server = home.start()) {
            Api api = new Api(server.url(), null);
            HttpResponse<String> healthy = api.get("/healthcheck");
            assertThat(healthy.statusCode()).isEqualTo(200);
            assertThat(healthy.body()).isEqualTo("OK");
            assertThat(api.method("HEAD", "/healthcheck").statusCode()).isEqualTo(204);
            Files.createFile(disabled);
            HttpResponse<String> off = api.get("/healthcheck", "Accept", "application/json");
            assertThat(off.statusCode()).isEqualTo(503);
            assertThat(Api.json(off).path("reasons").toString()).isEqualTo("[\"DISABLED BY FILE\"]");
        }
    }

    @Test
    void metricsCountWhatHappened() throws IOException, InterruptedException {
        try (PackagedServer server = home.start()) {
            Api api = new Api(server.url(), null);
            api.create("counted", "raw");
            HttpResponse<String> page = api.get("/metrics");
            assertThat(page.statusCode()).isEqualTo(200);
            assertThat(page.body()).containsPattern("(?m)^glance_http_request_seconds_count\\{.*POST.*201.*} 1");
        }
    }

    @Test
    void everyAnswerAndItsLogLineCarryTheRequestId() throws IOException, InterruptedException {
        try (PackagedServer server = home.start()) {
            HttpResponse<String> answer =
                    new Api(server.url(), null).get("/v2/images", "X-OpenStack-Request-ID", "req-trace-77");
            assertThat(answer.headers().firstValue("x-openstack-request-id")).contains("req-trace-77");
            Eventually.holds("the access log names it", () -> server.logTail().contains("req-trace-77"));
        }
    }

    @Test
    void browsersOfAllowedOriginsMayCall() throws IOException, InterruptedException {
        home = home.with("cors", "allowed_origin", "https://ui.example.test");
        try (PackagedServer server = home.start()) {
            Api api = new Api(server.url(), null);
            HttpResponse<String> preflight = api.method(
                    "OPTIONS",
                    "/v2/images",
                    "Origin",
                    "https://ui.example.test",
                    "Access-Control-Request-Method",
                    "PATCH",
                    "Access-Control-Request-Headers",
                    "X-Auth-Token, content-type");
            assertThat(preflight.statusCode()).isEqualTo(200);
            Map<String, String> expected = Map.of(
                    "Access-Control-Allow-Origin", "https://ui.example.test",
                    "Access-Control-Allow-Methods", "PATCH",
                    "Access-Control-Allow-Headers", "X-Auth-Token,content-type",
                    "Access-Control-Max-Age", "3600",
                    "Vary", "Origin");
            expected.forEach((name, value) ->
                    assertThat(preflight.headers().firstValue(name)).as(name).contains(value));
            HttpResponse<String> foreign = api.get("/v2/images", "Origin", "https://evil.example.test");
            assertThat(foreign.statusCode()).isEqualTo(200);
            assertThat(foreign.headers().firstValue("Access-Control-Allow-Origin"))
                    .isEmpty();
        }
    }
}
