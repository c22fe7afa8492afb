package glance.auth;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The identity behind a request, decided once at the edge.
 *
 * @param userId user, or null (anonymous, no authentication)
 * @param userDomainId domain of the user
 * @param projectId project scope; the owner of what the caller creates
 * @param projectDomainId domain of the project
 * @param domainId domain scope, of domain-scoped tokens
 * @param systemScope {@code all} for system-scoped tokens
 * @param roles role names, lower case
 * @param service the service token's identity, when one came along
 * @param isAdminProject from the token; true when absent
 * @param admin policy {@code context_is_admin}, evaluated once
 * @param readOnly an anonymous identity: every change is refused
 * @param token the user's token, for calls made on the user's behalf
 * @param catalog where the services are that such calls go to
 */
public record Caller(
        @Nullable String userId,
        @Nullable String userDomainId,
        @Nullable String projectId,
        @Nullable String projectDomainId,
        @Nullable String domainId,
        @Nullable String systemScope,
        Set<String> roles,
        ServiceIdentity service,
        boolean isAdminProject,
        boolean admin,
        boolean readOnly,
        @Nullable Secret token,
        ServiceCatalog catalog) {
    public Caller {
        roles = Set.copyOf(roles);
    }

    /** Without a catalog. */
    public Caller(
            @Nullable String userId,
            @Nullable String userDomainId,
            @Nullable String projectId,
            @Nullable String projectDomainId,
            @Nullable String domainId,
            @Nullable String systemScope,
            Set<String> roles,
            ServiceIdentity service,
            boolean isAdminProject,
            boolean admin,
            boolean readOnly,
            @Nullable Secret token) {
        this(
                userId,
                userDomainId,
                projectId,
                projectDomainId,
                domainId,
                systemScope,
                roles,
                service,
                isAdminProject,
                admin,
                readOnly,
                token,
                ServiceCatalog.EMPTY);
    }

    /** The identity of a service that forwards a user's request. */
    public record ServiceIdentity(
            @Nullable String userId,
            @Nullable String userDomainId,
            @Nullable String projectId,
            @Nullable String projectDomainId,
            Set<String> roles) {
        /** No service token came along. */
        public static final ServiceIdentity NONE = new ServiceIdentity(null, null, null, null, Set.of());

        public ServiceIdentity {
            roles = Set.copyOf(roles);
        }
    }

    /** Who brings no token where that is allowed: no project, no role, no change. */
    public static final Caller ANONYMOUS =
            new Caller(null, null, null, null, null, null, Set.of(), ServiceIdentity.NONE, true, false, true, null);

    /** An ordinary project-scoped identity. */
    public static Caller of(String userId, String projectId, Set<String> roles, boolean admin) {
        return new Caller(
                userId, null, projectId, null, null, null, roles, ServiceIdentity.NONE, true, admin, false, null);
    }

    /** This identity with {@code admin} decided. */
    public Caller withAdmin(boolean decided) {
        return new Caller(
                userId,
                userDomainId,
                projectId,
                projectDomainId,
                domainId,
                systemScope,
                roles,
                service,
                isAdminProject,
                decided,
                readOnly,
                token,
                catalog);
    }

    /** This identity with what calls on its behalf need. */
    public Caller withCatalog(ServiceCatalog known) {
        return new Caller(
                userId,
                userDomainId,
                projectId,
                projectDomainId,
                domainId,
                systemScope,
                roles,
                service,
                isAdminProject,
                admin,
                readOnly,
                token,
                known);
    }
}
