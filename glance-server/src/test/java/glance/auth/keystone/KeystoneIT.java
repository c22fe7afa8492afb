package glance.auth.keystone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.benmanes.caffeine.cache.Ticker;
import glance.auth.Caller;
import glance.auth.Credentials;
import glance.auth.Secret;
import glance.config.Configuration;
import glance.error.GlanceException;
import glance.policy.RulePolicy;
import glance.testkit.auth.Keystone;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Tokens of a real Keystone. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KeystoneIT {
    private final AtomicLong nanos = new AtomicLong();
    private Keystone keystone;

    @BeforeAll
    void startKeystone() {
        keystone = Keystone.shared();
    }

    private String modern(String password) {
        return """
                [keystone_authtoken]
                auth_type = password
                auth_url = %s
                username = glance
                password = %s
                user_domain_name = Default
                project_name = service
                project_domain_name = Default
                http_request_max_retries = 1
                """.formatted(keystone.url(), password);
    }

    private KeystoneIdentity open(String more) {
        return open(modern(keystone.fact("USER_PASSWORD")), more, false);
    }

    private KeystoneIdentity open(String login, String more, boolean anonymous) {
        KeystoneConfig config = KeystoneConfig.from(Configuration.ofText(login + more));
        Ticker ticker = nanos::get;
        return new KeystoneIdentity(config, RulePolicy.builtIn(), anonymous, InstantSource.system(), ticker);
    }

    private static Credentials with(@Nullable String token, @Nullable String serviceToken) {
        return request("GET", "/v2/images", token, serviceToken);
    }

    private static Credentials request(
            String method, String path, @Nullable String token, @Nullable String serviceToken) {
        return new Credentials(
                token == null ? null : new Secret(token),
                serviceToken == null ? null : new Secret(serviceToken),
                method,
                path,
                name -> null);
    }

    private static void assertRefused(KeystoneIdentity identity, Credentials credentials) {
        assertThatThrownBy(() -> identity.authenticate(credentials))
                .isInstanceOf(GlanceException.Unauthenticated.class);
    }

    @Test
    void aValidTokenMakesACaller() {
        try (KeystoneIdentity identity = open("")) {
            Caller caller = identity.authenticate(with(keystone.token("red_member", "red"), null));
            assertThat(caller.userId()).isEqualTo(keystone.fact("USER_RED_MEMBER_ID"));
            assertThat(caller.projectId()).isEqualTo(keystone.fact("PROJECT_RED_ID"));
            assertThat(caller.userDomainId()).isEqualTo("default");
            assertThat(caller.projectDomainId()).isEqualTo("default");
            assertThat(caller.roles()).containsExactlyInAnyOrder("member", "reader");
            assertThat(caller.systemScope()).isNull();
            assertThat(caller.admin()).isFalse();
            assertThat(caller.readOnly()).isFalse();
            assertThat(caller.service()).isEqualTo(Caller.ServiceIdentity.NONE);
        }
    }

    @Test
    void administratorsAreFoundByPolicy() {
        try (KeystoneIdentity identity = open("")) {
            assertThat(identity.authenticate(with(keystone.token("red_admin", "red"), null))
                            .admin())
                    .isTrue();
            Caller system = identity.authenticate(with(keystone.systemToken("admin"), null));
            assertThat(system.systemScope()).isEqualTo("all");
            assertThat(system.projectId()).isNull();
        }
    }

    @Test
    void missingAndUnknownTokensAreRefusedWithTheChallenge() {
        try (KeystoneIdentity identity = open("")) {
            assertRefused(identity, with(null, null));
            assertRefused(identity, with("nonsense", null));
            assertRefused(identity, with("line\nbreak", null));
            String base = keystone.url().replace("/v3", "");
            assertThat(identity.challenge()).contains("Keystone uri=\"" + base + "\"");
        }
        try (KeystoneIdentity identity = open("www_authenticate_uri = http://id.example.test:5000\n")) {
            assertThat(identity.challenge()).contains("Keystone uri=\"http://id.example.test:5000\"");
        }
    }

    @Test
    void withoutTokenTheCallerMayBeAnonymous() {
        try (KeystoneIdentity identity = open(modern(keystone.fact("USER_PASSWORD")), "", true)) {
            assertThat(identity.authenticate(with(null, null))).isEqualTo(Caller.ANONYMOUS);
            assertThat(identity.authenticate(with("nonsense", null))).isEqualTo(Caller.ANONYMOUS);
        }
        String decideAtOnce = "delay_auth_decision = false\n";
        try (KeystoneIdentity identity = open(modern(keystone.fact("USER_PASSWORD")), decideAtOnce, true)) {
            assertRefused(identity, with(null, null));
        }
    }

    @Test
    void aRevokedTokenIsBelievedUntilTheCacheForgetsIt() {
        try (KeystoneIdentity identity = open("token_cache_time = 60\n")) {
            String token = keystone.token("red_reader", "red");
            identity.authenticate(with(token, null));
            keystone.revoke(token);
            assertThat(identity.authenticate(with(token, null)).roles()).containsExactly("reader");
            nanos.addAndGet(Duration.ofSeconds(61).toNanos());
            assertRefused(identity, with(token, null));
        }
    }

    @Test
    void withoutCacheARevocationCountsAtOnce() {
        try (KeystoneIdentity identity = open("token_cache_time = -1\n")) {
            String token = keystone.token("red_reader", "red");
            identity.authenticate(with(token, null));
            keystone.revoke(token);
            assertRefused(identity, with(token, null));
        }
    }

    @Test
    void anExpiredTokenCountsOnlyBesideAServiceTokenWithTheRole() {
        try (KeystoneIdentity identity = open("")) {
            String expired = keystone.fact("EXPIRED_TOKEN");
            assertRefused(identity, with(expired, null));
            assertRefused(identity, with(expired, keystone.token("plain", "service")));
            assertRefused(identity, with(expired, "nonsense"));
            Caller caller = identity.authenticate(with(expired, keystone.token("nova", "service")));
            assertThat(caller.userId()).isEqualTo(keystone.fact("USER_RED_MEMBER_ID"));
            assertRefused(identity, with(expired, null));
        }
    }

    @Test
    void aServiceTokenAddsTheServicesIdentity() {
        try (KeystoneIdentity identity = open("")) {
            String user = keystone.token("red_member", "red");
            Caller caller = identity.authenticate(with(user, keystone.token("nova", "service")));
            assertThat(caller.roles()).containsExactlyInAnyOrder("member", "reader");
            assertThat(caller.service().userId()).isEqualTo(keystone.fact("USER_NOVA_ID"));
            assertThat(caller.service().roles()).contains("service");
        }
    }

    @Test
    void aServiceTokenThatDoesNotCountIsLeftOutOrRefused() {
        String user = keystone.token("red_member", "red");
        String plain = keystone.token("plain", "service");
        try (KeystoneIdentity identity = open("")) {
            for (String service : new String[] {"nonsense", plain}) {
                assertThat(identity.authenticate(with(user, service)).service()).isEqualTo(Caller.ServiceIdentity.NONE);
            }
        }
        try (KeystoneIdentity identity = open("delay_auth_decision = false\n")) {
            assertRefused(identity, with(user, "nonsense"));
            assertRefused(identity, with(user, plain));
        }
        try (KeystoneIdentity identity = open("service_token_roles_required = false\n")) {
            assertThat(identity.authenticate(with(user, plain)).service().roles())
                    .contains("reader");
            assertRefused(identity, with(keystone.fact("EXPIRED_TOKEN"), plain));
        }
    }

    @Test
    void anApplicationCredentialMayDoWhatItsAccessRulesSay() {
        String free = keystone.credentialToken("APPLICATION");
        String ruled = keystone.credentialToken("RULED");
        try (KeystoneIdentity identity = open("service_type = image\n")) {
            assertThat(identity.authenticate(request("PUT", "/v2/images/1/file", free, null))
                            .userId())
                    .isEqualTo(keystone.fact("USER_RED_MEMBER_ID"));
            identity.authenticate(request("GET", "/v2/images", ruled, null));
            identity.authenticate(request("GET", "/v2/images/1/file", ruled, null));
            assertRefused(identity, request("DELETE", "/v2/images/1", ruled, null));
            assertRefused(identity, request("DELETE", "/v2/images/1", ruled, "nonsense"));
            identity.authenticate(request("DELETE", "/v2/images/1", ruled, keystone.token("nova", "service")));
        }
        try (KeystoneIdentity identity = open("")) {
            assertRefused(identity, request("GET", "/v2/images", ruled, null));
        }
    }

    @Test
    void theServiceMayLogInWithAnApplicationCredential() {
        String login = """
                [keystone_authtoken]
                auth_type = v3applicationcredential
                auth_url = %s
                application_credential_id = %s
                application_credential_secret = %s
                """.formatted(
                        keystone.url().replace("/v3", ""),
                        keystone.fact("APPLICATION_CREDENTIAL_ID"),
                        keystone.fact("APPLICATION_CREDENTIAL_SECRET"));
        try (KeystoneIdentity identity = open(login, "", false)) {
            // Its user may ask about its own tokens only.
            String own = keystone.token("red_member", "red");
            assertThat(identity.authenticate(with(own, null)).projectId()).isEqualTo(keystone.fact("PROJECT_RED_ID"));
        }
    }

    @Test
    void aWrongServicePasswordLetsNobodyIn() {
        try (KeystoneIdentity identity = open(modern("wrong"), "", true)) {
            Credentials valid = with(keystone.token("red_member", "red"), null);
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(() -> identity.authenticate(valid))
                        .isInstanceOf(GlanceException.Unavailable.class)
                        .hasMessageNotContaining("wrong");
            }
        }
    }

    @Test
    void aStoppedKeystoneLetsNobodyInAndIsUsedAgainOnceItIsBack() throws IOException {
        try (KeystoneIdentity identity = open("token_cache_time = -1\n")) {
            Credentials valid = with(keystone.token("red_member", "red"), null);
            identity.authenticate(valid);
            keystone.stop();
            try {
                assertThatThrownBy(() -> identity.authenticate(valid)).isInstanceOf(GlanceException.Unavailable.class);
            } finally {
                keystone.start();
            }
            assertThat(identity.authenticate(valid).roles()).contains("member");
        }
    }

    @Test
    void theFormOf2014LogsInAndFindsTheAddressThatAnswers() {
        String base = keystone.url().replace("/v3", "");
        String login = """
                [keystone_authtoken]
                auth_uri = %s
                auth_host = 127.0.0.1
                auth_port = 1
                auth_protocol = http
                admin_tenant_name = service
                admin_user = glance
                admin_password = %s
                """.formatted(base, keystone.fact("USER_PASSWORD"));
        try (KeystoneIdentity identity = open(login, "", false)) {
            assertThat(identity.authenticate(with(keystone.token("blue_reader", "blue"), null))
                            .projectId())
                    .isEqualTo(keystone.fact("PROJECT_BLUE_ID"));
            assertThat(identity.challenge()).contains("Keystone uri=\"" + base + "\"");
        }
    }

    @Test
    void theServiceMayLogInWithAToken() {
        String login = """
                [keystone_authtoken]
                auth_type = v3token
                auth_url = %s
                token = %s
                project_name = service
                """.formatted(keystone.url(), keystone.token("glance", "service"));
        try (KeystoneIdentity identity = open(login, "", false)) {
            Caller caller = identity.authenticate(with(keystone.token("red_member", "red"), null));
            assertThat(caller.roles()).contains("member");
        }
    }

    @Test
    void theServiceLogsInAgainWhenItsOwnTokenWasRevoked() {
        try (KeystoneIdentity identity = open("token_cache_time = -1\n")) {
            Credentials valid = with(keystone.token("red_member", "red"), null);
            identity.authenticate(valid);
            // A password that is set, be it to the same, ends the user's tokens.
            String password = "{\"user\": {\"password\": \"" + keystone.fact("USER_PASSWORD") + "\"}}";
            String user = "/users/" + keystone.fact("USER_GLANCE_ID");
            keystone.call("PATCH", user, keystone.token("admin", "admin"), password);
            // Keystone's revocations count whole seconds, so that a token made in the same second is refused as well.
            assertThat(eventually(() -> identity.authenticate(valid)).roles()).contains("member");
        }
    }

    private static Caller eventually(Supplier<Caller> question) {
        long limit = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (true) {
            try {
                return question.get();
            } catch (GlanceException.Unavailable e) {
                if (System.nanoTime() > limit) {
                    throw e;
                }
                LockSupport.parkNanos(Duration.ofMillis(200).toNanos());
            }
        }
    }
}
