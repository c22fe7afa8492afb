package glance.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class IdentityTest {
    private static final Credentials.Password LOGIN =
            new Credentials.Password(new Credentials.Party(null, "ann", null, null), "s3cret");
    private static final Credentials.Scope PROJECT =
            new Credentials.Scope.Project(new Credentials.Party(null, "red", null, null));
    private static final String V3 = "{\"id\": \"v3.14\", \"status\": \"stable\"}";
    private static final String V2 = "{\"id\": \"v2.0\", \"status\": \"deprecated\"}";

    private FakeService keystone;
    private FakeService images;
    private final List<String> debug = new ArrayList<>();

    IdentityTest() throws IOException {
        keystone = new FakeService();
        images = new FakeService();
    }

    @BeforeEach
    void offerVersion3() {
        keystone.json("GET /", 300, "{\"versions\": {\"values\": [" + V3 + "]}}");
        keystone.on("POST /v3/auth/tokens", (exchange, _) -> {
            exchange.getResponseHeaders().set("X-Subject-Token", "tok-1");
            FakeService.send(
                    exchange,
                    201,
                    "application/json",
                    Json.text(catalog()).getBytes(java.nio.charset.StandardCharsets.UTF_8));
        });
        images.json("GET /v2/images/a", 200, "{\"id\": \"a\"}");
    }

    @AfterEach
    void stop() {
        keystone.close();
        images.close();
    }

    private tools.jackson.databind.node.ObjectNode catalog() {
        var document = Json.object();
        var service = document.putObject("token").putArray("catalog").addObject();
        service.put("type", "image");
        var endpoints = service.putArray("endpoints");
        endpoints.addObject().put("interface", "admin").put("region_id", "one").put("url", "http://127.0.0.1:1");
        endpoints.addObject().put("interface", "public").put("region_id", "one").put("url", images.url() + "/v2/");
        return document;
    }

    private ImageClient client(Credentials credentials, Credentials.Scope scope, String authUrl) {
        return client(credentials, scope, authUrl, new EndpointChoice(null, "image", "publicURL", null));
    }

    private ImageClient client(
            Credentials credentials, Credentials.Scope scope, String authUrl, EndpointChoice endpoint) {
        Transport transport = new Transport(Duration.ofSeconds(10), TlsSettings.SYSTEM, debug::add);
        return new ImageClient(new Session(transport, new Session.Login(credentials, scope, authUrl), endpoint));
    }

    @Test
    void passwordLoginFindsTheImageServiceInTheCatalog() {
        client(LOGIN, PROJECT, keystone.url()).get("a");

        assertThat(keystone.calls()).containsExactly("GET /", "POST /v3/auth/tokens");
        assertThat(keystone.seen().getLast().body())
                .isEqualTo(
                        "{\"auth\":{\"identity\":{\"methods\":[\"password\"],\"password\":{\"user\":{\"name\":\"ann\","
                                + "\"domain\":{\"id\":\"default\"},\"password\":\"s3cret\"}}},\"scope\":{\"project\":"
                                + "{\"name\":\"red\",\"domain\":{\"id\":\"default\"}}}}}");
        assertThat(images.seen().getFirst().header("x-auth-token")).isEqualTo("tok-1");
    }

    @Test
    void version2IsSpokenOnlyWhereNothingNewerIsNeeded() {
        keystone.json("GET /", 300, "{\"versions\": {\"values\": [" + V3 + ", " + V2 + "]}}");
        keystone.json(
                "POST /v2.0/tokens",
                200,
                "{\"access\": {\"token\": {\"id\": \"old-tok\"}, \"serviceCatalog\": [{\"type\": \"image\", \"endpoints\":"
                        + " [{\"publicURL\": \"" + images.url() + "\", \"region\": \"one\"}]}]}}");

        client(LOGIN, PROJECT, keystone.url()).get("a");

        assertThat(keystone.seen().getLast().body())
                .isEqualTo("{\"auth\":{\"tenantName\":\"red\",\"passwordCredentials\":{\"username\":\"ann\","
                        + "\"password\":\"s3cret\"}}}");
        assertThat(images.seen().getFirst().header("x-auth-token")).isEqualTo("old-tok");
    }

    @Test
    void namingADomainSettlesVersion3() {
        keystone.json("GET /", 300, "{\"versions\": {\"values\": [" + V3 + ", " + V2 + "]}}");
        Credentials.Password login =
                new Credentials.Password(new Credentials.Party(null, "ann", null, "Staff"), "s3cret");

        client(login, PROJECT, keystone.url()).get("a");

        assertThat(keystone.seen().getLast().body()).contains("\"domain\":{\"name\":\"Staff\"}");
    }

    @Test
    void applicationCredentialsNameNoScope() {
        client(new Credentials.ApplicationCredential("ac1", null, null, "s3cret"), PROJECT, keystone.url() + "/v3")
                .get("a");

        assertThat(keystone.seen().getLast().body())
                .isEqualTo("{\"auth\":{\"identity\":{\"methods\":[\"application_credential\"],"
                        + "\"application_credential\":{\"secret\":\"s3cret\",\"id\":\"ac1\"}}}}");
    }

    @Test
    void aTokenWithoutAnAddressAsksForTheCatalog() {
        keystone.json("GET /v3/auth/catalog", 200, Json.text(catalog().path("token")));

        client(new Credentials.Token("mine", false), new Credentials.Scope.Unscoped(), keystone.url() + "/v3")
                .get("a");

        assertThat(keystone.calls()).containsExactly("GET /v3/auth/catalog");
        assertThat(images.seen().getFirst().header("x-auth-token")).isEqualTo("mine");
    }

    @Test
    void aTokenTheImageServiceNoLongerTakesIsRenewedOnce() {
        images.on("GET /v2/images/a", (exchange, _) -> FakeService.send(exchange, 401, "text/html", new byte[0]));

        assertThatThrownBy(() -> client(LOGIN, PROJECT, keystone.url() + "/v3").get("a"))
                .isInstanceOf(HttpFailure.class)
                .hasMessage("Invalid OpenStack Identity credentials.");
        assertThat(keystone.calls()).containsExactly("POST /v3/auth/tokens", "POST /v3/auth/tokens");
    }

    @Test
    void aMissingCatalogEntrySaysWhatWasLookedFor() {
        EndpointChoice elsewhere = new EndpointChoice(null, "image", "public", "two");

        assertThatThrownBy(() -> client(LOGIN, PROJECT, keystone.url() + "/v3", elsewhere)
                        .get("a"))
                .hasMessage("The identity service names no public endpoint of type 'image' in region 'two'");
    }

    @Test
    void debugShowsNeitherPasswordNorToken() {
        client(LOGIN, PROJECT, keystone.url()).get("a");

        assertThat(debug).isNotEmpty().noneMatch(line -> line.contains("s3cret") || line.contains("tok-1"));
        assertThat(debug).anyMatch(line -> line.startsWith("curl -g -i -X GET -H 'x-auth-token: {SHA1}"));
    }

    @Test
    void anAddressThatIsNoKeystoneAsksForAVersion() {
        keystone.json("GET /", 200, "{\"versions\": {\"values\": []}}");

        assertThatThrownBy(() -> client(LOGIN, PROJECT, keystone.url()).get("a"))
                .hasMessageContaining("give a versioned --os-auth-url");
    }
}
