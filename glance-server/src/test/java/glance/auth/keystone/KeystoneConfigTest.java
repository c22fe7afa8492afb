package glance.auth.keystone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import glance.config.ConfigException;
import glance.config.Configuration;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class KeystoneConfigTest {
    private static final String LOGIN = """
            auth_type = password
            auth_url = http://id.test:5000/v3
            username = glance
            password = pass$$word
            project_name = service
            """;

    private static KeystoneConfig read(String options) {
        return KeystoneConfig.from(Configuration.ofText("[keystone_authtoken]\n" + options));
    }

    private static JsonNode auth(ServiceLogin login) {
        return new JsonMapper()
                .readTree(new String(login.request(), StandardCharsets.UTF_8))
                .path("auth");
    }

    @Test
    void defaultsAreUpstreams() {
        KeystoneConfig config = read(LOGIN);
        assertThat(config.challenge()).isEqualTo("http://id.test:5000");
        assertThat(config.delayDecision()).isTrue();
        assertThat(config.cacheTime()).isEqualTo(Duration.ofMinutes(5));
        assertThat(config.catalog()).isTrue();
        assertThat(config.serviceType()).isEmpty();
        assertThat(config.serviceRoles()).containsExactly("service");
        assertThat(config.serviceRolesRequired()).isTrue();
        assertThat(config.connection().endpoint()).isEqualTo("internal");
        assertThat(config.connection().retries()).isEqualTo(3);
        assertThat(config.connection().tls().verify()).isTrue();
    }

    @Test
    void everyOptionIsRead() {
        KeystoneConfig config = read(LOGIN + """
                www_authenticate_uri = https://public.test/identity
                interface = adminURL
                region_name = north
                delay_auth_decision = false
                http_connect_timeout = 7
                http_request_max_retries = 1
                cafile = /a
                certfile = /b
                keyfile = /c
                insecure = true
                token_cache_time = -1
                include_service_catalog = false
                service_token_roles = Service,Other
                service_token_roles_required = false
                service_type = image
                """);
        assertThat(config.challenge()).isEqualTo("https://public.test/identity");
        assertThat(config.connection().endpoint()).isEqualTo("admin");
        assertThat(config.connection().region()).contains("north");
        assertThat(config.connection().timeout()).isEqualTo(Duration.ofSeconds(7));
        assertThat(config.connection().retries()).isEqualTo(1);
        assertThat(config.connection().tls().authorities()).contains(Path.of("/a"));
        assertThat(config.connection().tls().certificate()).contains(Path.of("/b"));
        assertThat(config.connection().tls().key()).contains(Path.of("/c"));
        assertThat(config.connection().tls().verify()).isFalse();
        assertThat(config.delayDecision()).isFalse();
        assertThat(config.cacheTime()).isZero();
        assertThat(config.catalog()).isFalse();
        assertThat(config.serviceRoles()).containsExactlyInAnyOrder("service", "other");
        assertThat(config.serviceRolesRequired()).isFalse();
        assertThat(config.serviceType()).contains("image");
    }

    @Test
    void aPasswordLoginIsInTheDefaultDomainUnlessToldOtherwise() {
        JsonNode auth = auth(read(LOGIN).login());
        JsonNode user = auth.path("identity").path("password").path("user");
        assertThat(user.path("name").asString()).isEqualTo("glance");
        assertThat(user.path("password").asString()).isEqualTo("pass$word");
        assertThat(user.path("domain").path("id").asString()).isEqualTo("default");
        assertThat(auth.path("scope").path("project").path("domain").path("id").asString())
                .isEqualTo("default");
        user = auth(read(LOGIN + "user_domain_name = corp\n").login())
                .path("identity")
                .path("password")
                .path("user");
        assertThat(user.path("domain").path("name").asString()).isEqualTo("corp");
    }

    @Test
    void theLoginMayStandInAnotherSection() {
        KeystoneConfig config = read("auth_section = service_user\n[service_user]\n" + LOGIN);
        assertThat(config.login().addresses()).containsExactly(URI.create("http://id.test:5000/v3"));
    }

    @Test
    void theOldFormIsAPasswordLoginWithASecondAddress() {
        KeystoneConfig config = read("""
                auth_uri = http://id.test:5000
                auth_host = admin.test
                auth_port = 35357
                auth_protocol = http
                auth_admin_prefix = /identity/
                admin_tenant_name = service
                admin_user = glance
                admin_password = pass
                """);
        assertThat(config.login().addresses())
                .containsExactly(URI.create("http://admin.test:35357/identity"), URI.create("http://id.test:5000"));
        assertThat(config.challenge()).isEqualTo("http://id.test:5000");
        assertThat(auth(config.login())
                        .path("scope")
                        .path("project")
                        .path("name")
                        .asString())
                .isEqualTo("service");
    }

    @Test
    void aFixedTokenNeedsNoLogin() {
        KeystoneConfig config = read("identity_uri = http://id.test:35357\nadmin_token = secret-token\n");
        assertThat(config.login().fixedToken()).isPresent();
        assertThat(config.toString()).doesNotContain("secret-token");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "auth_uri = http://id.test:5000\n",
                "auth_type = password\n",
                "auth_type = password\nauth_url = http://id.test\nusername = glance\n",
                "auth_type = v3applicationcredential\nauth_url = http://id.test\napplication_credential_id = i\n",
                "auth_type = v3token\nauth_url = http://id.test\n",
                "auth_type = v3kerberos\nauth_url = http://id.test\n",
                "admin_user = glance\n"
            })
    void aLoginThatCannotWorkStopsTheStart(String options) {
        assertThatThrownBy(() -> read(options))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("[keystone_authtoken]");
    }

    @ParameterizedTest
    @CsvSource({
        "project_id = p1, project",
        "domain_name = d1, domain",
        "system_scope = all, system",
        "trust_id = t1, OS-TRUST:trust"
    })
    void theScopeIsWhatIsGiven(String option, String scope) {
        String login = LOGIN.replace("project_name = service\n", "") + option + "\n";
        assertThat(auth(read(login).login()).path("scope").has(scope)).isTrue();
    }
}
