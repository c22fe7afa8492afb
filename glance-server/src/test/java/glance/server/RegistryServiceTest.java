package glance.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import glance.auth.Caller;
import glance.auth.Secret;
import glance.config.ConfigException;
import glance.config.Configuration;
import glance.error.GlanceException;
import glance.http.Certificates;
import glance.image.ImageQuery;
import glance.image.Registry;
import glance.image.Scope;
import glance.registry.remote.RemoteRegistry;
import glance.server.log.LogContext;
import glance.testkit.auth.Keystone;
import glance.testkit.registry.Samples;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A registry on loopback, asked by a bare client and by the API's own. */
class RegistryServiceTest {
    private static final String HEALTH = "[{\"command\": \"glancejvm_CheckHealth\", \"kwargs\": {}}]";

    @TempDir
    Path directory;

    private RegistryService start(String more) throws IOException {
        return RegistryService.start(configuration(more));
    }

    private Configuration configuration(String more) {
        return Configuration.ofText("""
                [DEFAULT]
                bind_port = 0
                %s
                [database]
                connection = sqlite:///%s
                """.formatted(more, directory.resolve("glance.sqlite")));
    }

    private static HttpResponse<String> post(RegistryService registry, String body, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + registry.address().getPort() + "/rpc"))
                .timeout(Duration.ofSeconds(20))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        }
    }

    /** The API's side, configured by lines of {@code [DEFAULT]} and what follows them. */
    private static Registry client(int port, String flavor, String lines) {
        Configuration api = Configuration.ofText("""
                [paste_deploy]
                flavor = %s
                [DEFAULT]
                data_api = glance.db.registry.api
                registry_port = %d
                %s
                """.formatted(flavor, port, lines));
        Pipeline pipeline = Pipeline.find(api, "glance-api");
        return new RemoteRegistry(
                new RegistryConnections(RegistryClientConfig.from(api), RegistryIdentity.open(api, pipeline)));
    }

    @Test
    void withoutAuthenticationEverybodyOnLoopbackIsObeyed() throws IOException, InterruptedException {
        RegistryService registry = start("");
        try {
            assertThat(registry.address().getAddress().isLoopbackAddress()).isTrue();
            HttpResponse<String> answer = post(registry, HEALTH, "X-Openstack-Request-Id", "req-from-the-api");
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).contains("\"up\":true");
            assertThat(answer.headers().firstValue("x-openstack-request-id")).contains("req-from-the-api");
        } finally {
            registry.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "::"})
    void itDoesNotListenBeyondLoopbackWithoutAuthentication(String host) {
        assertThatThrownBy(() -> start("bind_host = " + host))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("bind_host in [DEFAULT]: '" + host + "' is reachable from other machines");
    }

    @Test
    void aRegistryBehindARegistryDoesNotStart() {
        assertThatThrownBy(() -> start("data_api = glance.db.registry.api"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("data_api");
    }

    @ParameterizedTest
    @CsvSource({
        "'', 401",
        "X-Identity-Status=Invalid, 401",
        "X-Identity-Status=Confirmed X-Roles=member, 403",
        "X-Identity-Status=Confirmed X-Roles=member X-Service-Roles=member, 403",
        "X-Identity-Status=Confirmed X-Roles=member X-Service-Roles=service, 200",
        "X-Identity-Status=Confirmed X-Roles=Admin, 200",
    })
    void withTrustedHeadersServicesAndAdministratorsAreObeyed(String headers, int status)
            throws IOException, InterruptedException {
        RegistryService registry = start("[paste_deploy]\nflavor = trusted-auth");
        try {
            String[] words = headers.isEmpty() ? new String[0] : headers.split("[ =]", -1);
            assertThat(post(registry, HEALTH, words).statusCode()).isEqualTo(status);
        } finally {
            registry.close();
        }
    }

    @Test
    void theApiTellsATrustingRegistryWhoAsks() throws IOException {
        RegistryService registry = start("[paste_deploy]\nflavor = trusted-auth");
        int port = registry.address().getPort();
        try (Registry shown = client(port, "", "send_identity_headers = true");
                Registry hidden = client(port, "", "")) {
            assertThat(shown.health().up()).isTrue();
            assertThat(asCaller(Caller.of("u", "p", Set.of("member"), false), shown))
                    .isZero();
            assertThatThrownBy(() -> hidden.images().list(ImageQuery.firstPage(1), Scope.EVERYTHING))
                    .isInstanceOf(GlanceException.Unavailable.class)
                    .hasMessage("The registry answered 401");
        } finally {
            registry.close();
        }
    }

    private static int asCaller(Caller caller, Registry registry) {
        LogContext context = new LogContext("req-1", null, caller);
        return ScopedValue.where(LogContext.CURRENT, context)
                .call(() -> registry.images().list(ImageQuery.firstPage(1), Scope.EVERYTHING))
                .items()
                .size();
    }

    @Test
    void withKeystoneTheServiceTokenCountsAndAUsersDoesNot() throws IOException, InterruptedException {
        Keystone keystone = Keystone.shared();
        String login = """
                [keystone_authtoken]
                auth_type = password
                auth_url = %s
                username = glance
                password = %s
                user_domain_name = Default
                project_name = service
                project_domain_name = Default
                """.formatted(keystone.url(), keystone.fact("USER_PASSWORD"));
        String member = keystone.token("red_member", "red");
        RegistryService registry = start("bind_host = 127.0.0.1\n[paste_deploy]\nflavor = keystone\n" + login);
        int port = registry.address().getPort();
        Caller caller = new Caller(
                "u",
                null,
                "p",
                null,
                null,
                null,
                Set.of(),
                Caller.ServiceIdentity.NONE,
                true,
                false,
                false,
                new Secret(member));
        try (Registry withUser = client(port, "keystone", login);
                Registry alone = client(port, "keystone", "use_user_token = false\n" + login);
                Registry oldForm = client(port, "", """
                        auth_strategy = keystone
                        auth_url = %s
                        admin_user = glance
                        admin_password = %s
                        admin_tenant_name = service
                        """.formatted(keystone.url(), keystone.fact("USER_PASSWORD")))) {
            assertThat(post(registry, HEALTH).statusCode()).isEqualTo(401);
            assertThat(post(registry, HEALTH, "X-Auth-Token", "nonsense").statusCode())
                    .isEqualTo(401);
            assertThat(post(registry, HEALTH, "X-Auth-Token", member).statusCode())
                    .isEqualTo(403);
            assertThat(post(registry, HEALTH, "X-Auth-Token", member, "X-Service-Token", member)
                            .statusCode())
                    .isEqualTo(403);
            for (Registry each : Set.of(withUser, alone, oldForm)) {
                assertThat(each.health().up()).isTrue();
                assertThat(asCaller(caller, each)).isZero();
            }
        } finally {
            registry.close();
        }
    }

    @Test
    void aRegistryThatIsAwayIsUnavailableAndBackByItself() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        try (Registry away = client(port, "", "")) {
            assertThatThrownBy(() -> away.images().create(Samples.queued(Samples.id(), Instant.EPOCH)))
                    .isInstanceOf(GlanceException.Unavailable.class)
                    .hasMessage("The registry does not answer");
            RegistryService registry = RegistryService.start(
                    configuration("").with("DEFAULT", Map.of("bind_port", Integer.toString(port)), "test"));
            try {
                assertThat(away.health().up()).isTrue();
            } finally {
                registry.close();
            }
        }
    }

    private static Registry tlsClient(int port, String lines) {
        return client(port, "", "registry_host = 127.0.0.1\nregistry_client_protocol = https\n" + lines);
    }

    @Test
    void overTlsTheRegistryMustShowACertificateItsAuthorityVouchesFor() throws Exception {
        Certificates own = Certificates.make(Files.createDirectory(directory.resolve("own")), "ip:127.0.0.1");
        RegistryService registry = start("cert_file = %s\nkey_file = %s".formatted(own.certificate(), own.key()));
        int port = registry.address().getPort();
        try (Registry knowing = tlsClient(port, "registry_client_ca_file = " + own.certificate());
                Registry unknowing = tlsClient(port, "");
                Registry careless = tlsClient(port, "registry_client_insecure = true");
                Registry plain = client(port, "", "registry_host = 127.0.0.1")) {
            assertThat(knowing.health().up()).isTrue();
            assertThat(careless.health().up()).isTrue();
            assertThat(unknowing.health().up()).isFalse();
            assertThat(plain.health().up()).isFalse();
            assertThatThrownBy(() -> unknowing.images().list(ImageQuery.firstPage(1), Scope.EVERYTHING))
                    .isInstanceOf(GlanceException.Unavailable.class)
                    .cause()
                    .hasMessageContaining("PKIX");
        } finally {
            registry.close();
        }
    }

    @Test
    void overTlsACertificateOfAnotherHostIsRefused() throws Exception {
        Certificates other =
                Certificates.make(Files.createDirectory(directory.resolve("other")), "dns:other.example.test");
        RegistryService registry = start("cert_file = %s\nkey_file = %s".formatted(other.certificate(), other.key()));
        try (Registry remote =
                tlsClient(registry.address().getPort(), "registry_client_ca_file = " + other.certificate())) {
            assertThatThrownBy(() -> remote.images().list(ImageQuery.firstPage(1), Scope.EVERYTHING))
                    .isInstanceOf(GlanceException.Unavailable.class)
                    .cause()
                    .hasMessageContaining("127.0.0.1");
        } finally {
            registry.close();
        }
    }

    @Test
    void overTlsTheRegistryMayAskForACertificateToo() throws Exception {
        Certificates own = Certificates.make(Files.createDirectory(directory.resolve("both")), "ip:127.0.0.1");
        RegistryService registry =
                start("cert_file = %1$s\nkey_file = %2$s\nca_file = %1$s".formatted(own.certificate(), own.key()));
        int port = registry.address().getPort();
        String trust = "registry_client_ca_file = " + own.certificate();
        try (Registry shown = tlsClient(
                        port,
                        trust
                                + "\nregistry_client_cert_file = %s\nregistry_client_key_file = %s"
                                        .formatted(own.certificate(), own.key()));
                Registry hidden = tlsClient(port, trust)) {
            assertThat(shown.health().up()).isTrue();
            assertThat(hidden.health().up()).isFalse();
        } finally {
            registry.close();
        }
    }

    /** As upstream's answers a command it has not heard of. */
    @Test
    void aRegistryOfUpstreamIsToldApartAtTheStart() throws IOException, InterruptedException {
        try (ServerSocket upstream = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Thread answering = Thread.ofVirtual().start(() -> answerNotFound(upstream));
            Configuration api = Configuration.ofText("""
                    [DEFAULT]
                    bind_host = 127.0.0.1
                    bind_port = 0
                    data_api = glance.db.registry.api
                    registry_port = %d
                    [glance_store]
                    filesystem_store_datadir = %s
                    """.formatted(upstream.getLocalPort(), directory));
            assertThatThrownBy(() -> ApiService.start(api))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("no glance-registry of this service");
            answering.join();
        }
    }

    private static void answerNotFound(ServerSocket server) {
        try (Socket client = server.accept()) {
            OutputStream out = client.getOutputStream();
            out.write("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            out.flush();
            // Until the other side has read it and closed: closing with unread bytes would reset the connection.
            client.getInputStream().transferTo(OutputStream.nullOutputStream());
        } catch (IOException gone) {
            // The client has given up, which is the point.
        }
    }

    @Test
    void theSpellingOfUpstreamsTestsIsADatabaseInMemory() throws IOException {
        RegistryService registry = start("data_api = glance.db.simple.api");
        try (Registry remote = client(registry.address().getPort(), "", "")) {
            remote.images().create(Samples.queued(Samples.id(), Instant.EPOCH));
            assertThat(asCaller(Caller.of("u", "p", Set.of("member"), false), remote))
                    .isOne();
            assertThat(directory.resolve("glance.sqlite")).doesNotExist();
        } finally {
            registry.close();
        }
    }

    /** A byte now and then keeps every single wait short: only the whole call's limit ends it. */
    @Test
    void aRegistryThatTricklesIsGivenUp() throws IOException, InterruptedException {
        try (ServerSocket slow = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                Registry remote = client(slow.getLocalPort(), "", "registry_client_timeout = 1")) {
            Thread trickle = Thread.ofVirtual().start(() -> trickle(slow));
            long began = System.nanoTime();
            assertThatThrownBy(() -> remote.images().list(ImageQuery.firstPage(1), Scope.EVERYTHING))
                    .isInstanceOf(GlanceException.Unavailable.class)
                    .hasRootCauseMessage("no whole answer within PT1S");
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(20));
            trickle.join();
        }
    }

    private static void trickle(ServerSocket server) {
        try (Socket client = server.accept()) {
            OutputStream out = client.getOutputStream();
            out.write("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            while (!server.isClosed()) {
                out.write(' ');
                out.flush();
                Thread.sleep(50);
            }
        } catch (IOException | InterruptedException gone) {
            // The client has given up, which is the point.
        }
    }
}
