package glance.store.swift;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A caller's token during one transfer. When that turns out to be a long one, the service's user is entrusted with the caller's
 * rights while the token is still good, and goes on with these after the token's end. The trust ends with the transfer, at the
 * latest after a day. Where none can be made the token is all there is. Thread-safe.
 */
final class TrustedSession implements SwiftSession {
    private static final Logger LOG = LoggerFactory.getLogger(TrustedSession.class);

    /** Most transfers are over by then, and tokens are good for longer. */
    private static final Duration LONG = Duration.ofSeconds(30);

    private static final Duration LIFE = Duration.ofDays(1);

    private final Identity identity;
    private final SwiftAccount own;
    private final Duration margin;
    private final InstantSource clock;
    private final Instant begun;
    private final ReentrantLock lock = new ReentrantLock();
    private Grant current;
    private boolean tried;
    private @Nullable String trust;

    /**
     * @param callers the token, and where it leads; its end is not known
     * @param own the service's user
     * @param margin how long before its end a token is not used any more
     */
    TrustedSession(Grant callers, Identity identity, SwiftAccount own, Duration margin, InstantSource clock) {
        this.current = callers;
        this.identity = identity;
        this.own = own;
        this.margin = margin;
        this.clock = clock;
        this.begun = clock.instant();
    }

    @Override
    public Grant grant() throws IOException {
        lock.lock();
        try {
            Instant now = clock.instant();
            if (!tried && now.isAfter(begun.plus(LONG))) {
                tried = true;
                entrust();
            }
            String present = trust;
            if (present != null && !now.plus(margin).isBefore(current.end())) {
                Identity.Login login = identity.logIn(own, Optional.of(present));
                current = new Grant(login.token(), current.storage(), login.end());
            }
            return current;
        } finally {
            lock.unlock();
        }
    }

    private void entrust() {
        try {
            Identity.Login caller = identity.describe(current.token());
            String trustee = identity.logIn(own, Optional.empty())
                    .description()
                    .path("user")
                    .path("id")
                    .asString("");
            trust = identity.trust(caller, trustee, LIFE);
            current = new Grant(current.token(), current.storage(), caller.end());
        } catch (IOException refused) {
            LOG.info(
                    "no trust could be made, the transfer ends with the caller's token storage={} reason={}",
                    current.storage(),
                    refused.getMessage());
        }
    }

    @Override
    public void forget(Grant stale) {
        lock.lock();
        try {
            if (trust != null && current.token().equals(stale.token())) {
                current = new Grant(current.token(), current.storage(), Instant.MIN);
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void end() {
        lock.lock();
        try {
            String ending = trust;
            if (ending != null) {
                trust = null;
                identity.endTrust(
                        ending, identity.logIn(own, Optional.of(ending)).token());
            }
        } catch (IOException failure) {
            LOG.warn("a trust could not be ended now and lapses within a day storage={}", current.storage(), failure);
        } finally {
            lock.unlock();
        }
    }
}
