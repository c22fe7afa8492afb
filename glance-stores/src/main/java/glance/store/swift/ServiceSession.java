package glance.store.swift;

import glance.http.client.ControlClient;
import glance.store.StoreException;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The service's login to one account, renewed before it runs out and when it is refused. Thread-safe. */
final class ServiceSession implements SwiftSession {
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
                .plus(life.matches("[0-9]{1,9}") ? Duration.ofSeconds(Long.parseLong(life)) : Identity.UNTOLD_LIFE);
        return new Grant(
                header(answer, "x-auth-token"), header(answer, "x-storage-url").replaceAll("/+$", ""), end);
    }

    private Grant logInV3() throws IOException {
        Identity identity = new Identity(account.address(), http, clock);
        Identity.Login login = identity.logIn(account, Optional.empty());
        return new Grant(login.token(), identity.storage(login, config), login.end());
    }

    private void requireLogin(ControlClient.Answer answer, int good, int alsoGood) throws StoreException {
        Identity.requireLogin(account.address(), answer, good, alsoGood);
    }

    private String header(ControlClient.Answer answer, String name) throws IOException {
        return Identity.header(account.address(), answer, name);
    }
}
