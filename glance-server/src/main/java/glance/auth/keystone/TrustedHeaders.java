package glance.auth.keystone;

import glance.auth.Caller;
import glance.auth.Credentials;
import glance.auth.IdentityProvider;
import glance.auth.ServiceCatalog;
import glance.error.GlanceException;
import glance.policy.Policy;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Believes the identity headers of the request: only behind a proxy that validates tokens, sets these headers and removes
 * them from what clients send.
 */
public final class TrustedHeaders implements IdentityProvider {
    private static final Logger LOG = LoggerFactory.getLogger(TrustedHeaders.class);

    private static final JsonMapper JSON = new JsonMapper();

    private final Policy policy;
    private final boolean anonymousAllowed;
    private final Set<String> usedTypes;

    /**
     * @param usedTypes types of the services that are used on callers' behalf
     */
    public TrustedHeaders(Policy policy, boolean anonymousAllowed, Set<String> usedTypes) {
        this.usedTypes = usedTypes;
        this.policy = policy;
        this.anonymousAllowed = anonymousAllowed;
        LOG.warn("identity headers of every request are believed; only a proxy that sets them may reach this service");
    }

    @Override
    public Caller authenticate(Credentials credentials) {
        Credentials.HeaderLookup header = credentials.header();
        if (!"Confirmed".equals(header.first("X-Identity-Status"))) {
            if (anonymousAllowed) {
                return Caller.ANONYMOUS;
            }
            throw new GlanceException.Unauthenticated("The request you have made requires authentication.");
        }
        String adminProject = header.first("X-Is-Admin-Project");
        Caller caller = new Caller(
                first(header, "X-User-Id", "X-User"),
                first(header, "X-User-Domain-Id"),
                first(header, "X-Project-Id", "X-Tenant-Id", "X-Tenant"),
                first(header, "X-Project-Domain-Id"),
                first(header, "X-Domain-Id"),
                first(header, "OpenStack-System-Scope"),
                roles(first(header, "X-Roles", "X-Role")),
                service(header),
                adminProject == null || adminProject.equalsIgnoreCase("true"),
                false,
                false,
                credentials.token(),
                catalog(header.first("X-Service-Catalog")));
        return caller.withAdmin(policy.isAdmin(caller));
    }

    private ServiceCatalog catalog(@Nullable String text) {
        if (text == null || usedTypes.isEmpty()) {
            return ServiceCatalog.EMPTY;
        }
        try {
            return Catalogs.of(JSON.readTree(text), usedTypes);
        } catch (JacksonException broken) {
            throw new GlanceException.InvalidRequest("header X-Service-Catalog is no JSON", broken);
        }
    }

    private static Caller.ServiceIdentity service(Credentials.HeaderLookup header) {
        return new Caller.ServiceIdentity(
                first(header, "X-Service-User-Id"),
                first(header, "X-Service-User-Domain-Id"),
                first(header, "X-Service-Project-Id"),
                first(header, "X-Service-Project-Domain-Id"),
                roles(first(header, "X-Service-Roles")));
    }

    private static @Nullable String first(Credentials.HeaderLookup header, String... names) {
        for (String name : names) {
            String value = header.first(name);
            if (value != null && !value.isBlank()) {
                return value.strip();
            }
        }
        return null;
    }

    private static Set<String> roles(@Nullable String list) {
        Set<String> roles = new HashSet<>();
        if (list != null) {
            for (String role : list.split(",", -1)) {
                if (!role.isBlank()) {
                    roles.add(role.strip().toLowerCase(Locale.ROOT));
                }
            }
        }
        return roles;
    }
}
