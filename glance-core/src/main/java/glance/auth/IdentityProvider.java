package glance.auth;

import java.util.Optional;

/** Turns credentials into a caller: Keystone, trusted headers, or no authentication. Thread-safe. */
public interface IdentityProvider {
    /**
     * @throws glance.error.GlanceException.Unauthenticated when the credentials do not hold
     * @throws glance.error.GlanceException.Unavailable when the identity service does not answer
     */
    Caller authenticate(Credentials credentials);

    /** The value of {@code WWW-Authenticate} that goes with a refusal; empty when there is nothing to say. */
    default Optional<String> challenge() {
        return Optional.empty();
    }

    /**
     * Whether a request without valid credentials is refused on the spot, in the identity service's own form of an error,
     * rather than by this service ({@code delay_auth_decision = false}).
     */
    default boolean refusesAtOnce() {
        return false;
    }
}
