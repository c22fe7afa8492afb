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
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The calls of an identity service, version 3, that a store needs. Thread-safe. */
final class Identity {
    /** When an answer names no end; tokens live for an hour at least as a rule. */
    static final Duration UNTOLD_LIFE = Duration.ofHours(1);

    private static final JsonMapper JSON = new JsonMapper();

    private final String address;
    private final ControlClient http;
    private final InstantSource clock;

    /**
     * @param address of version 3
     */
    Identity(String address, ControlClient http, InstantSource clock) {
        this.address = address;
        this.http = http;
        this.clock = clock;
    }

    /**
     * A token and what it says of itself.
     *
     * @param description user, project, roles and catalog
     */
    record Login(String token, JsonNode description, Instant end) {
        @Override
        public String toString() {
            return "login until " + end;
        }
    }

    private URI at(String path) {
        return URI.create(address.replaceAll("/+$", "") + path);
    }

    /**
     * Logs in.
     *
     * @param trust whose rights are taken instead of the account's own
     */
    Login logIn(SwiftAccount account, Optional<String> trust) throws IOException {
        ControlClient.Answer answer =
                send(at("/auth/tokens"), Map.of("Accept", "application/json"), request(account, trust));
        requireLogin(address, answer, 201, 200);
        return login(header(address, answer, "x-subject-token"), answer);
    }

    private ControlClient.Answer send(URI url, Map<String, String> headers, ObjectNode body) throws IOException {
        return http.post(url, headers, "application/json", body.toString().getBytes(StandardCharsets.UTF_8));
    }

    private Login login(String token, ControlClient.Answer answer) throws IOException {
        JsonNode description = document(answer).path("token");
        return new Login(token, description, end(description));
    }

    /** What a token says of itself. */
    Login describe(String token) throws IOException {
        ControlClient.Answer answer =
                http.get(at("/auth/tokens"), Map.of("X-Auth-Token", token, "X-Subject-Token", token));
        requireLogin(address, answer, 200, 200);
        return login(token, answer);
    }

    /**
     * Lets a user act with all the rights of a token, after its end too.
     *
     * @param trustee id of that user
     * @return the trust's id
     */
    String trust(Login trustor, String trustee, Duration life) throws IOException {
        ObjectNode body = JSON.createObjectNode();
        ObjectNode trust = body.putObject("trust");
        trust.put(
                        "trustor_user_id",
                        trustor.description().path("user").path("id").asString(""))
                .put("trustee_user_id", trustee)
                .put(
                        "project_id",
                        trustor.description().path("project").path("id").asString(""))
                .put("impersonation", true)
                .put(
                        "expires_at",
                        clock.instant()
                                .plus(life)
                                .truncatedTo(ChronoUnit.SECONDS)
                                .toString());
        ArrayNode roles = trust.putArray("roles");
        for (JsonNode role : trustor.description().path("roles")) {
            roles.addObject().put("id", role.path("id").asString(""));
        }
        ControlClient.Answer answer = send(at("/OS-TRUST/trusts"), Map.of("X-Auth-Token", trustor.token()), body);
        if (answer.status() != 201) {
            throw new StoreException.Denied(address + " answered " + answer.status() + " to a trust", null);
        }
        return document(answer).path("trust").path("id").asString("");
    }

    /** Ends a trust, with a token of it. */
    void endTrust(String id, String token) throws IOException {
        int status = http.delete(at("/OS-TRUST/trusts/" + id), Map.of("X-Auth-Token", token))
                .status();
        if (status != 204 && status != 404) {
            throw new IOException(address + " answered " + status + " to the end of a trust");
        }
    }

    private static ObjectNode request(SwiftAccount account, Optional<String> trust) {
        ObjectNode body = JSON.createObjectNode();
        ObjectNode auth = body.putObject("auth");
        ObjectNode identity = auth.putObject("identity");
        Optional<SwiftAccount.Credential> credential = account.credential();
        if (credential.isPresent()) {
            identity.putArray("methods").add("application_credential");
            identity.putObject("application_credential")
                    .put("id", credential.get().id())
                    .put("secret", credential.get().secret());
            return body; // it has its project
        }
        identity.putArray("methods").add("password");
        ObjectNode user = identity.putObject("password").putObject("user");
        user.put("name", account.userName()).put("password", account.key());
        domain(user, account.userDomain());
        ObjectNode scope = auth.putObject("scope");
        if (trust.isPresent()) {
            scope.putObject("OS-TRUST:trust").put("id", trust.get());
        } else {
            ObjectNode project = scope.putObject("project");
            project.put("name", account.project());
            domain(project, account.projectDomain());
        }
        return body;
    }

    private static void domain(ObjectNode into, SwiftAccount.Domain domain) {
        into.putObject("domain").put(domain.byId() ? "id" : "name", domain.value());
    }

    /** Where the object storage is, by the catalog. */
    String storage(Login login, SwiftConfig config) throws StoreException {
        SwiftConfig.Catalog wanted = config.catalog();
        for (JsonNode service : login.description().path("catalog")) {
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
                "the catalog of " + address + " has no " + wanted.endpoint() + " endpoint of type " + wanted.type()
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

    /** Judges the answer to a login of any version. */
    static void requireLogin(String address, ControlClient.Answer answer, int good, int alsoGood)
            throws StoreException {
        int status = answer.status();
        if (status == 401 || status == 403) {
            throw new StoreException.Denied("the login at " + address + " was refused with " + status, null);
        }
        if (status != good && status != alsoGood) {
            throw new StoreException.Unavailable("the login at " + address + " failed with " + status, null);
        }
    }

    /** A header that a login must have, by its name in lower case. */
    static String header(String address, ControlClient.Answer answer, String name) throws IOException {
        String value = answer.headers().get(name);
        if (value == null) {
            throw new IOException("the login at " + address + " gave no " + name);
        }
        return value;
    }
}
