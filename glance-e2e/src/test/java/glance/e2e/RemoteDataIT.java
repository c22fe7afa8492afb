package glance.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import glance.testkit.process.Command;
import glance.testkit.process.PackagedServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images of an existing database whose data lies on a web server. */
class RemoteDataIT {
    private static final byte[] DATA = new byte[300_000];

    static {
        new Random(5).nextBytes(DATA);
    }

    private final AtomicInteger asked = new AtomicInteger();
    private final HttpServer web;

    RemoteDataIT() throws IOException {
        web = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
    }

    @BeforeEach
    void start() {
        web.createContext("/image", exchange -> {
            asked.incrementAndGet();
            exchange.sendResponseHeaders(200, DATA.length);
            try (exchange) {
                exchange.getResponseBody().write(DATA);
            }
        });
        web.start();
    }

    @AfterEach
    void stop() {
        web.stop(0);
    }

    @Test
    void theyAreServedAndLeftInPlaceWhereTheOperatorOpensTheAddress(@TempDir Path directory)
            throws IOException, InterruptedException {
        PackagedServer.Home home = PackagedServer.Home.in(directory).with("fetch", "allowed_networks", "127.0.0.1");
        String id = recorded(home);
        try (PackagedServer server = home.start()) {
            assertThat(get(server, id, null).body()).isEqualTo(DATA);
            HttpResponse<byte[]> slice = get(server, id, "bytes=1000-1009");
            assertThat(slice.statusCode()).isEqualTo(206);
            assertThat(slice.body()).isEqualTo(Arrays.copyOfRange(DATA, 1000, 1010));
            HttpRequest delete = HttpRequest.newBuilder(server.url().resolve("/v2/images/" + id))
                    .DELETE()
                    .build();
            assertThat(HttpClient.newHttpClient()
                            .send(delete, HttpResponse.BodyHandlers.ofString())
                            .statusCode())
                    .isEqualTo(204);
            assertThat(asked).hasValue(2);
        }
    }

    @Test
    void theAddressIsNotEvenConnectedToOtherwise(@TempDir Path directory) throws IOException, InterruptedException {
        PackagedServer.Home home = PackagedServer.Home.in(directory);
        String id = recorded(home);
        try (PackagedServer server = home.start()) {
            assertThat(get(server, id, null).statusCode()).isEqualTo(503);
            assertThat(asked).hasValue(0);
            assertThat(Files.readString(server.home().log()))
                    .contains("allowed_networks in [fetch]")
                    .doesNotContain("hidden");
        }
    }

    /** Records an active image as another service would have left it. */
    private String recorded(PackagedServer.Home home) throws IOException, InterruptedException {
        String id;
        try (PackagedServer server = home.start()) {
            id = new Api(server.url(), null).create("remote", "raw");
        }
        String url = "http://me:hidden@127.0.0.1:" + web.getAddress().getPort() + "/image";
        Command.of(
                        "sqlite3",
                        home.database().toString(),
                        "UPDATE images SET status = 'active', size = " + DATA.length + " WHERE id = '" + id + "';"
                                + "INSERT INTO image_locations (image_id, value, meta_data, status, created_at, deleted)"
                                + " VALUES ('" + id + "', '" + url
                                + "', '{}', 'active', '2020-01-01 00:00:00.000000', 0);")
                .run()
                .orFail();
        return id;
    }

    private static HttpResponse<byte[]> get(PackagedServer server, String id, @Nullable String range)
            throws IOException, InterruptedException {
        URI url = server.url().resolve("/v2/images/" + id + "/file");
        HttpRequest.Builder request = HttpRequest.newBuilder(url);
        if (range != null) {
            request.header("Range", range);
        }
        return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }
}
