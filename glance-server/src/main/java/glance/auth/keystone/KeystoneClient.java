package glance.auth.keystone;

import glance.auth.Secret;
import glance.error.GlanceException;
import glance.http.client.ControlClient;
import glance.http.client.ControlClient.Answer;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Asks Keystone as the service user. Logs in at the first question, again when the token runs out or is refused. Failed
 * attempts are repeated here and nowhere else. After a login that failed, questions within the next second fail at once, so
 * that a flood of requests neither queues up behind a dead Keystone nor locks the service user's account. Thread-safe.
 */
final class KeystoneClient implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(KeystoneClient.class);
    private static final JsonMapper JSON = new JsonMapper();
    private static final Duration LOGIN_PAUSE = Duration.ofSeconds(1);
    /** A token this close to its end is replaced before it is used. */
    private static final Duration SAFETY = Duration.ofSeconds(30);

    private static final int FIRST_PAUSE_MILLIS = 100;

    /** Logged in. */
    private record Session(Secret token, Instant end, URI identity) {}

    private final ServiceLogin login;
    private final KeystoneConfig.Connection connection;
    private final InstantSource clock;
    private final ControlClient http;
    private final ReentrantLock loginLock = new ReentrantLock();
    private volatile @Nullable Session session;
    /** Guarded by {@link #loginLock}. */
    private @Nullable Instant failedAt;

    KeystoneClient(ServiceLogin login, KeystoneConfig.Connection connection, InstantSource clock) {
        this.login = login;
        this.connection = connection;
        this.clock = clock;
        this.http = new ControlClient(ControlClient.Limits.of(connection.timeout()), connection.tls());
    }

    /**
     * Asks for {@code path} below the v3 address; logs in again, once, when the own token is refused.
     *
     * @return any answer but 401 and 5xx
     * @throws GlanceException.Unavailable when Keystone does not answer, or refuses the service user
     */
    Answer get(String path, Map<String, String> headers) {
        Session present = session();
        Answer answer = ask(present, path, headers);
        if (answer.status() == 401) {
            LOG.info("own token refused, logging in again identity={}", present.identity());
            forget(present);
            answer = ask(session(), path, headers);
        }
        if (answer.status() == 401 || answer.status() >= 500) {
            throw unavailable(
                    "identity question failed path=" + withoutQuery(path) + " status=" + answer.status(), null);
        }
        return answer;
    }

    /**
     * The service user's token, to show to another service.
     *
     * @throws GlanceException.Unavailable when Keystone does not answer, or refuses the service user
     */
    Secret ownToken() {
        return session().token();
    }

    /** Logs in again before the next use, unless that happened already. */
    void forgetOwn(Secret refused) {
        Session present = session;
        if (present != null && present.token().equals(refused)) {
            forget(present);
        }
    }

    /** The document of an answer. */
    static JsonNode json(Answer answer) {
        try {
            return JSON.readTree(answer.content());
        } catch (JacksonException e) {
            throw unavailable("identity answer is no JSON status=" + answer.status(), e);
        }
    }

    private Answer ask(Session with, String path, Map<String, String> headers) {
        Map<String, String> all = new HashMap<>(headers);
        all.put("X-Auth-Token", with.token().reveal());
        all.put("Accept", "application/json");
        URI url = URI.create(with.identity() + path);
        try {
            return repeated(() -> http.get(url, all));
        } catch (IOException e) {
            throw unavailable("identity service does not answer url=" + with.identity(), e);
        }
    }

    private Session session() {
        Session present = session;
        if (present != null && isFresh(present)) {
            return present;
        }
        Instant asked = clock.instant();
        loginLock.lock();
        try {
            present = session;
            if (present != null && isFresh(present)) {
                return present;
            }
            if (failedAt != null && asked.isBefore(failedAt.plus(LOGIN_PAUSE))) {
                throw new GlanceException.Unavailable("The identity service cannot be asked now");
            }
            Session opened = open();
            session = opened;
            failedAt = null;
            return opened;
        } catch (GlanceException.Unavailable e) {
            if (failedAt == null || !asked.isBefore(failedAt.plus(LOGIN_PAUSE))) {
                failedAt = clock.instant();
            }
            throw e;
        } finally {
            loginLock.unlock();
        }
    }

    private boolean isFresh(Session candidate) {
        return clock.instant().isBefore(candidate.end());
    }

    private void forget(Session refused) {
        loginLock.lock();
        try {
            if (refused.equals(session)) {
                session = null;
            }
        } finally {
            loginLock.unlock();
        }
    }

    private Session open() {
        List<URI> addresses = login.addresses();
        for (int i = 0; ; i++) {
            URI address = addresses.get(i);
            try {
                return open(address);
            } catch (IOException e) {
                if (i + 1 == addresses.size()) {
                    throw unavailable("identity service does not answer url=" + address, e);
                }
                LOG.warn(
                        "identity service does not answer, trying the next address url={} next={} advice={}",
                        address,
                        addresses.get(i + 1),
                        "set auth_url to the one that works");
            }
        }
    }

    private Session open(URI address) throws IOException {
        URI base = v3(address);
        if (login.fixedToken().isPresent()) {
            return new Session(login.fixedToken().get(), Instant.MAX, base);
        }
        Answer answer = repeated(() -> http.post(
                URI.create(base + "/auth/tokens"),
                Map.of("Accept", "application/json"),
                "application/json",
                login.request()));
        String token = answer.headers().get("x-subject-token");
        if (answer.status() != 201 || token == null) {
            throw unavailable(
                    "identity service refuses the service user url=" + base + " status=" + answer.status(), null);
        }
        JsonNode body = json(answer).path("token");
        Instant end = OffsetDateTime.parse(body.path("expires_at").asString()).toInstant();
        return new Session(new Secret(token), end.minus(SAFETY), endpoint(body, base));
    }

    /** The identity endpoint that the catalog names, else the address that answered the login. */
    private URI endpoint(JsonNode token, URI base) throws IOException {
        for (JsonNode service : token.path("catalog")) {
            if (service.path("type").asString("").equals("identity")) {
                for (JsonNode endpoint : service.path("endpoints")) {
                    if (endpoint.path("interface").asString("").equals(connection.endpoint())
                            && connection
                                    .region()
                                    .map(endpoint.path("region").asString("")::equals)
                                    .orElse(true)) {
                        return v3(URI.create(endpoint.path("url").asString("")));
                    }
                }
            }
        }
        return base;
    }

    /** The version 3 address below an address, by version discovery unless it says so itself. */
    private URI v3(URI address) throws IOException {
        String text = address.toString().replaceAll("/+$", "");
        if (text.endsWith("/v3")) {
            return URI.create(text);
        }
        String unversioned = text.replaceAll("/v2\\.0$", "");
        Answer answer = repeated(() -> http.get(URI.create(unversioned + "/"), Map.of("Accept", "application/json")));
        if (answer.status() == 200 || answer.status() == 300) {
            for (JsonNode version : json(answer).path("versions").path("values")) {
                if (version.path("id").asString("").startsWith("v3")) {
                    return samePlace(
                            unversioned,
                            version.path("links").path(0).path("href").asString(""));
                }
            }
        }
        return URI.create(unversioned + "/v3");
    }

    /**
     * The path that discovery names, at the host that was asked: behind a proxy Keystone often names an address that cannot
     * be reached from here.
     */
    private static URI samePlace(String asked, String href) {
        URI base = URI.create(asked);
        String path = URI.create(href).getRawPath();
        return URI.create(base.getScheme() + "://" + base.getRawAuthority()
                + (path == null || path.length() < 2 ? "/v3" : path.replaceAll("/+$", "")));
    }

    @FunctionalInterface
    private interface Call {
        Answer make() throws IOException;
    }

    private Answer repeated(Call call) throws IOException {
        Instant limit = clock.instant().plus(connection.timeout());
        for (int attempt = 0; ; attempt++) {
            boolean last = attempt >= connection.retries() || clock.instant().isAfter(limit);
            try {
                Answer answer = call.make();
                if (last || !isPassing(answer.status())) {
                    return answer;
                }
            } catch (IOException e) {
                if (last) {
                    throw e;
                }
                LOG.debug("identity call failed, trying again attempt={}", attempt + 1, e);
            }
            pause(attempt);
        }
    }

    private static boolean isPassing(int status) {
        return status == 500 || status == 502 || status == 503 || status == 504;
    }

    private static void pause(int attempt) throws IOException {
        int most = FIRST_PAUSE_MILLIS << Math.min(attempt, 4);
        try {
            Thread.sleep(most / 2 + ThreadLocalRandom.current().nextInt(most));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting to ask again", e);
        }
    }

    private static GlanceException.Unavailable unavailable(String detail, @Nullable Throwable cause) {
        LOG.error("{}{}", detail, cause == null ? "" : " cause=" + cause);
        String told = "The identity service cannot be asked now";
        return cause == null ? new GlanceException.Unavailable(told) : new GlanceException.Unavailable(told, cause);
    }

    private static String withoutQuery(String path) {
        int query = path.indexOf('?');
        return query < 0 ? path : path.substring(0, query);
    }

    @Override
    public void close() {
        http.close();
    }
}
