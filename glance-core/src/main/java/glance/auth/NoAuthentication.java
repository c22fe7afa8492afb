package glance.auth;

import glance.auth.Caller.ServiceIdentity;
import java.util.Set;

/**
 * The pipeline without authentication: everybody is the administrator of one fixed project, with the roles the newest
 * policy defaults ask for. What the request brought along is not looked at.
 */
public final class NoAuthentication implements IdentityProvider {
    /** The project that owns everything; also the id of its only user. */
    public static final String PROJECT = "standalone";

    private static final Caller EVERYBODY = new Caller(
            PROJECT,
            null,
            PROJECT,
            null,
            null,
            null,
            Set.of("admin", "member", "reader"),
            ServiceIdentity.NONE,
            true,
            true,
            false,
            null);

    @Override
    public Caller authenticate(Credentials credentials) {
        return EVERYBODY;
    }
}
