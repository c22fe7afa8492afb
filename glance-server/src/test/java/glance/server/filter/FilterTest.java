package glance.server.filter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import glance.config.ConfigException;
import glance.http.BareRequest;
import glance.http.Headers;
import glance.http.Request;
import glance.http.Response;
import glance.store.Health;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The filters around every request, without sockets. */
class FilterTest {
    private static final Response OK =
            new Response.Bytes(200, Headers.of("Content-Type", "text/plain"), "hello hello hello".getBytes(UTF_8));

    private static Request request(String method, String path, Headers headers) {
        return BareRequest.of(method, path, headers);
    }

    @Nested
    class CrossOrigin {
        private final Cors cors = new Cors(
                List.of(new CorsConfig(
                        List.of("https://ui.example.test"),
                        true,
                        List.of("X-Subject-Token"),
                        3600,
                        List.of("GET", "PATCH"),
                        List.of("X-Auth-Token"))),
                request -> OK);

        @Test
        void preflightOfAnAllowedOriginIsGranted() throws IOException {
            Response answer = cors.handle(request(
                    "OPTIONS",
                    "/v2/images",
                    Headers.of("Origin", "https://ui.example.test")
                            .with("Access-Control-Request-Method", "PATCH")
                            .with("Access-Control-Request-Headers", "X-Auth-Token, content-type")));
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.headers().first("Access-Control-Allow-Origin")).isEqualTo("https://ui.example.test");
            assertThat(answer.headers().first("Access-Control-Allow-Methods")).isEqualTo("PATCH");
            assertThat(answer.headers().first("Access-Control-Allow-Headers")).isEqualTo("X-Auth-Token,content-type");
            assertThat(answer.headers().first("Access-Control-Max-Age")).isEqualTo("3600");
            assertThat(answer.headers().first("Vary")).isEqualTo("Origin");
        }

        @Test
        void preflightOfAStrangerGetsNoHeaders() throws IOException {
            Response answer = cors.handle(request(
                    "OPTIONS",
                    "/v2/images",
                    Headers.of("Origin", "https://evil.example.test").with("Access-Control-Request-Method", "GET")));
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.headers().entries()).isEmpty();
        }

        @Test
        void preflightWithAForbiddenHeaderIsNotGranted() throws IOException {
            Response answer = cors.handle(request(
                    "OPTIONS",
                    "/v2/images",
                    Headers.of("Origin", "https://ui.example.test")
                            .with("Access-Control-Request-Method", "GET")
                            .with("Access-Control-Request-Headers", "X-Secret")));
            assertThat(answer.headers().has("Access-Control-Allow-Origin")).isFalse();
        }

        @Test
        void actualAnswersCarryTheOriginAndExposedHeaders() throws IOException {
            Response answer =
                    cors.handle(request("GET", "/v2/images", Headers.of("Origin", "https://ui.example.test")));
            assertThat(answer.headers().first("Access-Control-Allow-Origin")).isEqualTo("https://ui.example.test");
            assertThat(answer.headers().first("Access-Control-Expose-Headers")).isEqualTo("X-Subject-Token");
            assertThat(answer.headers().first("Content-Type")).isEqualTo("text/plain");
        }
    }

    @Nested
    class Forwarded {
        @Test
        void trustedHeadersReplaceSchemeHostPrefixAndPeer() throws IOException {
            Request[] seen = new Request[1];
            new ForwardedHeaders(true, request -> {
                        seen[0] = request;
                        return OK;
                    })
                    .handle(request(
                            "GET",
                            "/",
                            Headers.of("Host", "inner:9292")
                                    .with("X-Forwarded-Proto", "https,http")
                                    .with("X-Forwarded-Host", "api.example.test")
                                    .with("X-Forwarded-For", "192.0.2.9, 10.0.0.1")
                                    .with("X-Forwarded-Prefix", "/image/")));
            assertThat(ForwardedHeaders.baseUrl(seen[0])).isEqualTo("https://api.example.test/image");
            assertThat(seen[0].remote().getAddress().getHostAddress()).isEqualTo("192.0.2.9");
        }

        @Test
        void theStandardHeaderWinsOverTheFamily() throws IOException {
            Request[] seen = new Request[1];
            new ForwardedHeaders(true, request -> {
                        seen[0] = request;
                        return OK;
                    })
                    .handle(request(
                            "GET",
                            "/",
                            Headers.of("Host", "inner")
                                    .with("Forwarded", "for=\"[2001:db8::7]\";proto=https;host=a.test, for=1.2.3.4")
                                    .with("X-Forwarded-Host", "b.test")));
            assertThat(ForwardedHeaders.baseUrl(seen[0])).isEqualTo("https://a.test");
            assertThat(seen[0].remote().getAddress().getHostAddress()).startsWith("2001:db8");
        }

        @Test
        void aHostThatIsNoneIsNotTakenOver() throws IOException {
            Request[] seen = new Request[1];
            for (String host : List.of("evil\"<x>", "a b", "a/b")) {
                new ForwardedHeaders(true, request -> {
                            seen[0] = request;
                            return OK;
                        })
                        .handle(request("GET", "/", Headers.of("Host", "inner").with("X-Forwarded-Host", host)));
                assertThat(ForwardedHeaders.baseUrl(seen[0])).isEqualTo("http://inner");
            }
        }

        @Test
        void aPrefixThatIsNoPathIsNotTakenOver() throws IOException {
            Request[] seen = new Request[1];
            for (String prefix : List.of("/a\"><x>", "/a b", "/a?b", "/a#b", "/a\\b")) {
                new ForwardedHeaders(true, request -> {
                            seen[0] = request;
                            return OK;
                        })
                        .handle(request("GET", "/", Headers.of("Host", "inner").with("X-Forwarded-Prefix", prefix)));
                assertThat(ForwardedHeaders.baseUrl(seen[0])).isEqualTo("http://inner");
            }
        }

        @Test
        void untrustedHeadersChangeNothing() throws IOException {
            Request[] seen = new Request[1];
            new ForwardedHeaders(false, request -> {
                        seen[0] = request;
                        return OK;
                    })
                    .handle(request(
                            "GET",
                            "/",
                            Headers.of("Host", "inner:9292")
                                    .with("X-Forwarded-Proto", "https")
                                    .with("X-Forwarded-Prefix", "/x")));
            assertThat(ForwardedHeaders.baseUrl(seen[0])).isEqualTo("http://inner:9292");
        }
    }

    @Nested
    class Health503 {
        @TempDir
        Path directory;

        private Healthcheck healthcheck(String database) {
            HealthcheckConfig config = new HealthcheckConfig(
                    "/healthcheck",
                    directory.resolve("off").toString(),
                    List.of(),
                    List.of(),
                    false,
                    List.of(AddressRange.parse("10.0.0.0/8")),
                    false);
            return new Healthcheck(
                    config,
                    9292,
                    Map.of("database", () -> database.isEmpty() ? Health.ok() : Health.down(database)),
                    request -> new Response.Empty(404, Headers.NONE));
        }

        private static String text(Response response) {
            return new String(((Response.Bytes) response).content(), UTF_8);
        }

        @Test
        void healthySaysOk() throws IOException {
            Response answer = healthcheck("").handle(request("GET", "/healthcheck", Headers.NONE));
            assertThat(answer.status()).isEqualTo(200);
            assertThat(text(answer)).isEqualTo("OK");
            assertThat(healthcheck("")
                            .handle(request("HEAD", "/healthcheck", Headers.NONE))
                            .status())
                    .isEqualTo(204);
        }

        @Test
        void theDisablingFileTakesTheServiceOut() throws IOException {
            Files.createFile(directory.resolve("off"));
            Response answer =
                    healthcheck("").handle(request("GET", "/healthcheck", Headers.of("Accept", "application/json")));
            assertThat(answer.status()).isEqualTo(503);
            assertThat(text(answer)).contains("\"DISABLED BY FILE\"").contains("\"detailed\" : false");
        }

        @Test
        void aPartThatIsDownTakesTheServiceOut() throws IOException {
            Response answer = healthcheck("away").handle(request("GET", "/healthcheck", Headers.NONE));
            assertThat(answer.status()).isEqualTo(503);
            assertThat(text(answer)).isEqualTo("database: away");
        }

        @Test
        void aPartIsLookedAtOnceASecond() {
            AtomicInteger looks = new AtomicInteger();
            AtomicLong now = new AtomicLong();
            RecentHealth health = new RecentHealth(() -> Health.down("look " + looks.incrementAndGet()), now::get);
            assertThat(health.get().reason()).isEqualTo("look 1");
            now.addAndGet(1_000_000_000);
            assertThat(health.get().reason()).isEqualTo("look 1");
            now.addAndGet(1);
            assertThat(health.get().reason()).isEqualTo("look 2");
        }

        @Test
        void otherNetworksFallThrough() throws IOException {
            Request stranger = request("GET", "/healthcheck", Headers.NONE)
                    .seenAs("http", new InetSocketAddress(InetAddress.ofLiteral("192.0.2.1"), 1));
            assertThat(healthcheck("").handle(stranger).status()).isEqualTo(404);
        }
    }

    @Nested
    class Compression {
        @Test
        void bodiesAreCompressedForClientsThatTakeIt() throws IOException {
            Response answer =
                    new Gzip(request -> OK).handle(request("GET", "/", Headers.of("Accept-Encoding", "br, gzip")));
            assertThat(answer.headers().first("Content-Encoding")).isEqualTo("gzip");
            byte[] content = ((Response.Bytes) answer).content();
            assertThat(new GZIPInputStream(new ByteArrayInputStream(content)).readAllBytes())
                    .asString(UTF_8)
                    .isEqualTo("hello hello hello");
        }

        @Test
        void aWeightOfZeroMeansNo() {
            assertThat(Gzip.accepts("gzip;q=0")).isFalse();
            assertThat(Gzip.accepts("gzip;q=0.5")).isTrue();
            assertThat(Gzip.accepts("deflate")).isFalse();
            assertThat(Gzip.accepts(null)).isFalse();
        }
    }

    @Test
    void addressRangesNameWhatIsWrong() {
        assertThatThrownBy(() -> AddressRange.parse("10.0.0.0/33"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("'10.0.0.0/33'");
        assertThat(AddressRange.parse("fd00::/8").contains(InetAddress.ofLiteral("fd12::1")))
                .isTrue();
        assertThat(AddressRange.parse("10.0.0.0/30").contains(InetAddress.ofLiteral("10.0.0.4")))
                .isFalse();
    }
}
