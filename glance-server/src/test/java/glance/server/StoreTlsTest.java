package glance.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import glance.config.ConfigException;
import glance.config.Configuration;
import glance.http.Certificates;
import glance.image.ImageId;
import glance.store.Store;
import glance.store.StoreDriver;
import glance.store.StoreException;
import glance.store.StoreId;
import glance.store.StoreLocation;
import glance.store.remote.PartBudget;
import glance.store.s3.S3Driver;
import glance.store.swift.SwiftDriver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** S3 and Swift over HTTPS: who is believed to be the store. */
@Timeout(60)
class StoreTlsTest {
    private static final PartBudget BUDGET = new PartBudget(1 << 20);

    @TempDir
    private Path directory;

    private HttpsServer server = unbound();
    private Path authorities = Path.of("unset");

    private static HttpsServer unbound() {
        try {
            return HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    @BeforeEach
    void start() throws IOException, GeneralSecurityException, InterruptedException {
        Certificates certificates = Certificates.make(directory, "dns:localhost");
        authorities = certificates.certificate();
        server.setHttpsConfigurator(new HttpsConfigurator(certificates.client(true)));
        server.createContext("/", this::answer);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    /** Every object has three bytes. */
    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            exchange.getResponseHeaders().set("X-Auth-Token", "t");
            exchange.getResponseHeaders().set("X-Storage-Url", url("localhost") + "/v1/AUTH_test");
            if (exchange.getRequestMethod().equals("HEAD")) {
                exchange.getResponseHeaders().set("Content-Length", "3");
            }
            exchange.sendResponseHeaders(200, -1);
        }
    }

    private String url(String host) {
        return "https://" + host + ":" + server.getAddress().getPort();
    }

    private static Store open(StoreDriver driver, String section) {
        return driver.open(
                new StoreId("far"),
                Configuration.ofText("[glance_store]\n" + section).section("glance_store"));
    }

    private Store s3(String host, String more) {
        return open(new S3Driver(BUDGET, InstantSource.system()), """
                s3_store_host = %s
                s3_store_access_key = a
                s3_store_secret_key = s
                s3_store_bucket = bucket
                %s
                """.formatted(url(host), more));
    }

    private Store swift(String more) {
        return open(new SwiftDriver(BUDGET, InstantSource.system()), """
                swift_store_auth_address = %s/auth/v1.0
                swift_store_auth_version = 1
                swift_store_user = test:tester
                swift_store_key = testing
                %s
                """.formatted(url("localhost"), more));
    }

    private StoreLocation inS3(String host) {
        return StoreLocation.of("s3+https://" + host + ":" + server.getAddress().getPort() + "/bucket/x");
    }

    private static StoreLocation inSwift(Store store) {
        return StoreLocation.of(
                store.candidates(new ImageId("x")).iterator().next().url());
    }

    private static void requireRefused(Store store, StoreLocation location) {
        assertThatThrownBy(() -> store.size(location)).isInstanceOf(StoreException.Unavailable.class);
    }

    @Test
    void s3IsBelievedWhenTheNamedAuthoritiesSayWhoItIs() throws StoreException {
        try (Store store = s3("localhost", "s3_store_cacert = " + authorities)) {
            assertThat(store.size(inS3("localhost"))).isEqualTo(3);
        }
        try (Store store = s3("localhost", "")) {
            requireRefused(store, inS3("localhost"));
        }
        try (Store store = s3("127.0.0.1", "s3_store_cacert = " + authorities)) {
            requireRefused(store, inS3("127.0.0.1"));
        }
    }

    @Test
    void swiftAndItsLoginAreBelievedLikewiseOrUnseen() throws StoreException {
        try (Store store = swift("swift_store_cacert = " + authorities)) {
            assertThat(store.size(inSwift(store))).isEqualTo(3);
        }
        try (Store store = swift("")) {
            requireRefused(store, inSwift(store));
        }
        try (Store store = swift("swift_store_auth_insecure = true")) {
            assertThat(store.size(inSwift(store))).isEqualTo(3);
        }
    }

    @Test
    void authoritiesThatCannotBeReadAreNamed() {
        Path absent = directory.resolve("absent.pem");
        assertThatThrownBy(() -> s3("localhost", "s3_store_cacert = " + absent))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(absent.toString());
        assertThatThrownBy(() -> swift("swift_store_cacert = " + absent))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(absent.toString());
    }
}
