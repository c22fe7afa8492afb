package glance.server;

import glance.auth.Caller;
import glance.auth.Secret;
import glance.auth.keystone.OwnToken;
import glance.config.ConfigException;
import glance.config.Configuration;
import glance.config.Option;
import glance.config.OptionGroup;
import glance.config.Section;
import glance.server.log.LogContext;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What {@code glance-api} shows to {@code glance-registry}: who it is, and on whose behalf it asks. It is the service that the
 * registry has to trust, since policy has been asked before a command is sent; the user is told for the registry's log.
 * Thread-safe.
 */
final class RegistryIdentity implements AutoCloseable {
    private static final String TOKEN = "X-Auth-Token";
    private static final String SERVICE_TOKEN = "X-Service-Token";
    /** What a service says to a registry that believes headers. */
    private static final String SERVICE_ROLE = "service";

    private static final Option<Boolean> USE_USER_TOKEN = Option.flag("use_user_token")
            .orElse(true)
            .help(
                    "Whether glance-registry is shown the user's token, with this service's own beside it, or the latter alone.");
    private static final Option<Boolean> SEND_IDENTITY_HEADERS = Option.flag("send_identity_headers")
            .orElse(false)
            .help(
                    "Tells glance-registry user, project and roles in headers: for a registry with the flavor trusted-auth.");
    private static final Option<String> STRATEGY = Option.text("auth_strategy")
            .oneOf("noauth", "keystone")
            .orElse("noauth")
            .help(
                    "keystone shows glance-registry a token of this service's own even where its pipeline has no keystone.");
    private static final Option<URI> AUTH_URL =
            Option.url("auth_url").help("The identity service in which admin_user logs in, with or without a version.");
    private static final Option<String> AUTH_REGION =
            Option.text("auth_region").help("Whose identity endpoint of the catalog is asked for admin_user.");
    private static final Option<String> ADMIN_USER = Option.text("admin_user")
            .help("User of the default domain as whom this service shows itself to glance-registry. Unset: the service"
                    + " user of [keystone_authtoken].");
    private static final Option<String> ADMIN_PASSWORD =
            Option.text("admin_password").secret().help("The password of admin_user.");
    private static final Option<String> ADMIN_PROJECT =
            Option.text("admin_tenant_name").orElse("admin").help("The project of admin_user.");

    /** The options that stand in {@code DEFAULT}. */
    static final OptionGroup OPTIONS = new OptionGroup(
            "DEFAULT",
            "What glance-registry is told about who asks.",
            List.of(
                    USE_USER_TOKEN,
                    SEND_IDENTITY_HEADERS,
                    STRATEGY,
                    AUTH_URL,
                    AUTH_REGION,
                    ADMIN_USER,
                    ADMIN_PASSWORD,
                    ADMIN_PROJECT));

    private final boolean showsUserToken;
    private final boolean sendsHeaders;
    private final @Nullable OwnToken own;

    private RegistryIdentity(boolean showsUserToken, boolean sendsHeaders, @Nullable OwnToken own) {
        this.showsUserToken = showsUserToken;
        this.sendsHeaders = sendsHeaders;
        this.own = own;
    }

    /**
     * Makes no call yet.
     *
     * @throws ConfigException when tokens are to be shown and no login is given
     */
    static RegistryIdentity open(Configuration configuration, Pipeline pipeline) {
        Section section = configuration.section(OPTIONS.section());
        boolean hasTokens = pipeline.filters().contains(FilterName.AUTHTOKEN)
                || section.get(STRATEGY).equals("keystone");
        return new RegistryIdentity(
                section.get(USE_USER_TOKEN),
                section.get(SEND_IDENTITY_HEADERS),
                hasTokens ? own(configuration, section, pipeline) : null);
    }

    private static OwnToken own(Configuration configuration, Section section, Pipeline pipeline) {
        Configuration whole = IdentityParts.withFilterOptions(configuration, pipeline);
        if (section.find(ADMIN_USER).isEmpty()) {
            return OwnToken.ofServiceUser(whole);
        }
        OwnToken.User user = new OwnToken.User(
                required(section, AUTH_URL),
                section.find(AUTH_REGION),
                required(section, ADMIN_USER),
                new Secret(required(section, ADMIN_PASSWORD)),
                section.get(ADMIN_PROJECT));
        return OwnToken.of(user, whole);
    }

    private static <T> T required(Section section, Option<T> option) {
        return section.find(option)
                .orElseThrow(() -> new ConfigException("option " + option
                        + " in [DEFAULT] is missing: admin_user cannot log in for glance-registry without it"));
    }

    /**
     * Adds what this call shows.
     *
     * @return the own token among it
     * @throws glance.error.GlanceException.Unavailable when the own token cannot be had
     */
    @Nullable
    Secret addTo(Map<String, String> headers) {
        Caller caller = LogContext.current().map(LogContext::caller).orElse(null);
        Secret user = caller == null || !showsUserToken ? null : caller.token();
        Secret service = own == null ? null : own.get();
        if (service != null) {
            // A service user that is no administrator counts by its service token alone, be it the only one.
            headers.put(TOKEN, service.reveal());
            headers.put(SERVICE_TOKEN, service.reveal());
        }
        if (user != null) {
            headers.put(TOKEN, user.reveal());
        }
        if (sendsHeaders) {
            addIdentity(headers, caller);
        }
        return service;
    }

    private static void addIdentity(Map<String, String> headers, @Nullable Caller caller) {
        headers.put("X-Identity-Status", "Confirmed");
        headers.put("X-Service-Roles", SERVICE_ROLE);
        if (caller != null) {
            put(headers, "X-User-Id", caller.userId());
            put(headers, "X-Tenant-Id", caller.projectId());
            put(headers, "X-Project-Id", caller.projectId());
            headers.put("X-Roles", String.join(",", caller.roles()));
        }
    }

    private static void put(Map<String, String> headers, String name, @Nullable String value) {
        if (value != null) {
            headers.put(name, value);
        }
    }

    /** Says that the registry did not take this own token. */
    void refused(Secret token) {
        if (own != null) {
            own.refused(token);
        }
    }

    @Override
    public void close() {
        if (own != null) {
            own.close();
        }
    }
}
