package glance.store.swift;

import glance.http.client.ControlClient;
import glance.store.StoreException;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The service's login to one account, renewed before it runs out and when it is refused. Thread-safe. */
final class ServiceSession implements SwiftSession {
    private static final JsonMapper JSON = new JsonMapper();

    /** When the answer names no end; v1 tokens live for a day as a rule. */
    private static final Duration UNTOLD_LIFE = Duration.ofHours(1);

    private final SwiftAccount account;
    private final SwiftConfig config;
    private final ControlClient http;
    private final InstantSource clock;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile @Nullable Grant grant;

    ServiceSession(SwiftAccount account, SwiftConfig config, ControlClient http, InstantSource clock) {
        this.account = account;
        this.config = config;
        this.http = http;
        this.clock = clock;
    }

    @Override
    public Grant grant() throws IOException {
        Grant present = grant;
        if (present != null && isFresh(present)) {
            return present;
        }
        lock.lock();
        try {
            present = grant;
            if (present == null || !isFresh(present)) {
                present = logIn();
                grant = present;
            }
            return present;
        } finally {
            lock.unlock();
        }
    }

    private boolean isFresh(Grant present) {
        return clock.instant().plusSeconds(config.expireSoon()).isBefore(present.end());
    }

    @Override
    public void forget(Grant stale) {
        lock.lock();
        try {
            Grant present = grant;
            if (present != null && present.token().equals(stale.token())) {
                grant = null;
            }
        } finally {
            lock.unlock();
        }
    }

    private Grant logIn() throws IOException {
        Grant found = account.version() == SwiftAccount.Version.V1 ? logInV1() : logInV3();
        return config.endpoint()
                .map(fixed -> new Grant(found.token(), fixed, found.end()))
                .orElse(found);
    }

    private Grant logInV1() throws IOException {
        ControlClient.Answer answer = http.get(
                URI.create(account.address()), Map.of("X-Auth-User", account.user(), "X-Auth-Key", account.key()));
        requireLogin(answer, 200, 204);
        String life = answer.headers().getOrDefault("x-auth-token-expires", "");
        Instant end = clock.instant()
                .plus(life.matches("[0-9]{1,9}") ? Duration.ofSeconds(Long.parseLong(life)) : UNTOLD_LIFE);
        return new Grant(
                header(answer, "x-auth-token"), header(answer, "x-storage-url").replaceAll("/+$", ""), end);
    }

    private Grant logInV3() throws IOException {
        ControlClient.Answer answer = http.post(
                URI.create(account.address().replaceAll("/+$", "") + "/auth/tokens"),
                Map.of("Accept", "application/json"),
                "application/json",
                request().getBytes(StandardCharsets.UTF_8));
        requireLogin(answer, 201, 200);
        JsonNode token = document(answer).path("token");
        return new Grant(header(answer, "x-subject-token"), storage(token), end(token));
    }

    private String request() {
        ObjectNode auth = JSON.createObjectNode();
        ObjectNode identity = auth.putObject("auth").putObject("identity");
        Optional<SwiftAccount.Credential> credential = account.credential();
        if (credential.isPresent()) {
            identity.putArray("methods").add("application_credential");
            identity.putObject("application_credential")
                    .put("id", credential.get().id())
                    .put("secret", credential.get().secret());
        } else {
            identity.putArray("methods").add("password");
            ObjectNode user = identity.putObject("password").putObject("user");
            user.put("name", account.userName()).put("password", account.key());
            domain(user, account.userDomain());
            ObjectNode project =
                    ((ObjectNode) auth.path("auth")).putObject("scope").putObject("project");
            project.put("name", account.project());
            domain(project, account.projectDomain());
        }
        return auth.toString();
    }

    private static void domain(ObjectNode into, SwiftAccount.Domain domain) {
        into.putObject("domain").put(domain.byId() ? "id" : "name", domain.value());
    }

    private String storage(JsonNode token) throws IOException {
        SwiftConfig.Catalog wanted = config.catalog();
        for (JsonNode service : token.path("catalog")) {
            if (!service.path("type").asString("").equals(wanted.type())) {
                continue;
            }
            for (JsonNode endpoint : service.path("endpoints")) {
                boolean here = wanted.region()
                        .map(endpoint.path("region").asString("")::equals)
                        .orElse(true);
                if (here && endpoint.path("interface").asString("").equals(wanted.endpoint())) {
                    return endpoint.path("url").asString("").replaceAll("/+$", "");
                }
            }
        }
        if (config.endpoint().isPresent()) {
            return config.endpoint().get();
        }
        throw new StoreException.Unavailable(
                "the catalog of " + account.address() + " has no " + wanted.endpoint() + " endpoint of type "
                        + wanted.type()
                        + wanted.region().map(name -> " in region " + name).orElse(""),
                null);
    }

    private Instant end(JsonNode token) {
        try {
            return OffsetDateTime.parse(token.path("expires_at").asString("")).toInstant();
        } catch (DateTimeParseException untold) {
            return clock.instant().plus(UNTOLD_LIFE);
        }
    }

    private static JsonNode document(ControlClient.Answer answer) throws IOException {
        try {
            return JSON.readTree(answer.content());
        } catch (JacksonException malformed) {
            throw new IOException("the identity service's answer is no JSON", malformed);
        }
    }

    private void requireLogin(ControlClient.Answer answer, int good, int alsoGood) throws StoreException {
        int status = answer.status();
        if (status == 401 || status == 403) {
            throw new StoreException.Denied("the login at " + account.address() + " was refused with " + status, null);
        }
        if (status != good && status != alsoGood) {
            throw new StoreException.Unavailable("the login at " + account.address() + " failed with " + status, null);
        }
    }

    private String header(ControlClient.Answer answer, String name) throws IOException {
        String value = answer.headers().get(name);
        if (value == null) {
            throw new IOException("the login at " + account.address() + " gave no " + name);
        }
        return value;
    }
}
