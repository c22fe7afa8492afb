package glance.auth.keystone;

import glance.auth.Secret;
import glance.config.ConfigException;
import glance.config.Configuration;
import glance.config.Option;
import glance.config.OptionGroup;
import glance.config.Section;
import glance.http.client.TlsConfig;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code [keystone_authtoken]}.
 *
 * @param challenge the address a refused client is sent to
 * @param delayDecision a request without valid token goes on, and is refused unless anonymous access is allowed; otherwise it
 *     is refused here, as is one with an invalid service token
 * @param cacheTime how long a validated token is believed without asking again, and so how late a revocation is noticed; zero
 *     asks each time
 * @param serviceType this service's type, which access rules of application credentials name
 * @param serviceRoles a service token must have one of these, in lower case, to count
 * @param serviceRolesRequired false lets any service token count; only these roles make an expired user token count
 */
record KeystoneConfig(
        ServiceLogin login,
        Connection connection,
        String challenge,
        boolean delayDecision,
        Duration cacheTime,
        boolean catalog,
        Optional<String> serviceType,
        Set<String> serviceRoles,
        boolean serviceRolesRequired) {
    /**
     * How Keystone is reached.
     *
     * @param timeout of each wait; also the time after which no further attempt is made
     * @param retries attempts after the first
     * @param endpoint the kind of endpoint to take from the catalog: {@code internal}, {@code public}, {@code admin}
     */
    record Connection(Duration timeout, int retries, String endpoint, Optional<String> region, TlsConfig tls) {}

    static final String SECTION = "keystone_authtoken";

    private static final Logger LOG = LoggerFactory.getLogger(KeystoneConfig.class);

    private static final Option<String> WWW_AUTHENTICATE_URI = Option.text("www_authenticate_uri")
            .formerly("auth_uri")
            .help("The identity address told to clients without a valid token. Unset: the identity service's own.");
    private static final Option<String> AUTH_VERSION =
            Option.text("auth_version").help("Accepted; version 3 is always used.");
    private static final Option<String> INTERFACE = Option.text("interface")
            .orElse("internal")
            .help("Which identity endpoint of the catalog is asked: internal, public or admin.");
    private static final Option<String> REGION = Option.text("region_name").help("Whose identity endpoint is asked.");
    private static final Option<Boolean> DELAY = Option.flag("delay_auth_decision")
            .orElse(true)
            .help("Whether requests without a valid token go on, to be served anonymously where that is allowed.");
    private static final Option<Integer> TIMEOUT = Option.integer("http_connect_timeout")
            .atLeast(1)
            .orElse(10)
            .help("Seconds to wait for the identity service.");
    private static final Option<Integer> RETRIES = Option.integer("http_request_max_retries")
            .atLeast(0)
            .orElse(3)
            .help("Further attempts after one that failed, within http_connect_timeout.");
    private static final Option<Path> CAFILE =
            Option.path("cafile").help("Certificates (PEM) that the identity service's must lead to.");
    private static final Option<Path> CERTFILE =
            Option.path("certfile").help("This service's own certificate (PEM), if the identity service asks for one.");
    private static final Option<Path> KEYFILE =
            Option.path("keyfile").help("The private key (PKCS #8, PEM) of certfile.");
    private static final Option<Boolean> INSECURE =
            Option.flag("insecure").orElse(false).help("Trusts whoever answers. For tests.");
    private static final Option<List<String>> MEMCACHED = Option.list("memcached_servers")
            .formerly("memcache_servers")
            .formerly("DEFAULT", "memcache_servers")
            .help("Accepted; validated tokens are kept in this process.");
    private static final Option<Integer> CACHE_TIME = Option.integer("token_cache_time")
            .orElse(300)
            .help("Seconds a validated token is believed, and so until a revocation is noticed; -1 asks each time.");
    private static final Option<String> SECURITY_STRATEGY =
            Option.text("memcache_security_strategy").help("Accepted; validated tokens do not leave this process.");
    private static final Option<String> SECRET_KEY =
            Option.text("memcache_secret_key").secret().help("Accepted; validated tokens do not leave this process.");
    private static final Option<Boolean> CATALOG = Option.flag("include_service_catalog")
            .orElse(true)
            .help("Whether the catalog is asked for with each token. Access rules need it.");
    private static final Option<List<String>> SERVICE_ROLES = Option.list("service_token_roles")
            .orElse(List.of("service"))
            .help("Roles of which a service token must have one.");
    private static final Option<Boolean> SERVICE_ROLES_REQUIRED = Option.flag("service_token_roles_required")
            .orElse(true)
            .help("Whether service tokens without such a role are ignored.");
    private static final Option<String> SERVICE_TYPE = Option.text("service_type")
            .help("This service's type in the catalog (image). Application credentials with access rules need it.");

    private static final Option<String> AUTH_HOST =
            Option.text("auth_host").orElse("127.0.0.1").help("Old form: host of the identity service.");
    private static final Option<Integer> AUTH_PORT =
            Option.port("auth_port").orElse(35357).help("Old form: port of the identity service.");
    private static final Option<String> AUTH_PROTOCOL =
            Option.text("auth_protocol").oneOf("http", "https").orElse("https").help("Old form: http or https.");
    private static final Option<String> AUTH_PREFIX =
            Option.text("auth_admin_prefix").orElse("").help("Old form: path of the identity service.");
    private static final Option<URI> IDENTITY_URI =
            Option.url("identity_uri").help("Old form: the identity service; beats auth_host and its companions.");
    private static final Option<String> ADMIN_USER =
            Option.text("admin_user").help("Old form: the service user, in the default domain.");
    private static final Option<String> ADMIN_PASSWORD =
            Option.text("admin_password").secret().help("Old form: the service user's password.");
    private static final Option<String> ADMIN_TENANT =
            Option.text("admin_tenant_name").orElse("admin").help("Old form: the service user's project.");
    private static final Option<String> ADMIN_TOKEN =
            Option.text("admin_token").secret().help("Old form: a fixed token instead of a user. Insecure.");

    private static final List<Option<?>> OWN_OPTIONS = List.of(
            WWW_AUTHENTICATE_URI,
            AUTH_VERSION,
            INTERFACE,
            REGION,
            DELAY,
            TIMEOUT,
            RETRIES,
            CAFILE,
            CERTFILE,
            KEYFILE,
            INSECURE,
            MEMCACHED,
            CACHE_TIME,
            SECURITY_STRATEGY,
            SECRET_KEY,
            CATALOG,
            SERVICE_ROLES,
            SERVICE_ROLES_REQUIRED,
            SERVICE_TYPE,
            AUTH_HOST,
            AUTH_PORT,
            AUTH_PROTOCOL,
            AUTH_PREFIX,
            IDENTITY_URI,
            ADMIN_USER,
            ADMIN_PASSWORD,
            ADMIN_TENANT,
            ADMIN_TOKEN);

    static final OptionGroup OPTIONS =
            new OptionGroup(SECTION, "How tokens are validated with OpenStack Identity.", allOptions());

    KeystoneConfig {
        serviceRoles = Set.copyOf(serviceRoles);
    }

    private static List<Option<?>> allOptions() {
        List<Option<?>> all = new ArrayList<>(LoginOptions.ALL);
        all.addAll(OWN_OPTIONS);
        return all;
    }

    /** Roles, in lower case, of which a service token must have one. */
    static Set<String> serviceRoles(Section section) {
        return section.get(SERVICE_ROLES).stream()
                .map(role -> role.toLowerCase(Locale.ROOT))
                .collect(Collectors.toUnmodifiableSet());
    }

    /** The login of the section, in either form. */
    static ServiceLogin login(Configuration configuration) {
        Section section = configuration.section(SECTION);
        return isOldForm(section) ? oldLogin(section) : ServiceLogin.from(configuration, SECTION);
    }

    /**
     * @throws ConfigException when the service user cannot log in with what is given
     */
    static KeystoneConfig from(Configuration configuration) {
        Section section = configuration.section(SECTION);
        section.find(MEMCACHED)
                .ifPresent(servers -> LOG.warn(
                        "memcached is not used, validated tokens are kept in this process memcached_servers={}",
                        servers));
        ServiceLogin login = login(configuration);
        return new KeystoneConfig(
                login,
                connection(section),
                section.find(WWW_AUTHENTICATE_URI)
                        .orElseGet(() -> withoutVersion(login.addresses().getFirst())),
                section.get(DELAY),
                Duration.ofSeconds(Math.max(0, section.get(CACHE_TIME))),
                section.get(CATALOG),
                section.find(SERVICE_TYPE),
                serviceRoles(section),
                section.get(SERVICE_ROLES_REQUIRED));
    }

    /** How Keystone is reached. */
    static Connection connection(Section section) {
        String endpoint = section.get(INTERFACE);
        return new Connection(
                Duration.ofSeconds(section.get(TIMEOUT)),
                section.get(RETRIES),
                endpoint.endsWith("URL") ? endpoint.substring(0, endpoint.length() - 3) : endpoint,
                section.find(REGION),
                new TlsConfig(
                        section.find(CAFILE), section.find(CERTFILE), section.find(KEYFILE), !section.get(INSECURE)));
    }

    private static boolean isOldForm(Section section) {
        return section.find(LoginOptions.AUTH_TYPE).isEmpty()
                && section.find(LoginOptions.AUTH_SECTION).isEmpty()
                && (section.isSet(AUTH_HOST)
                        || section.isSet(IDENTITY_URI)
                        || section.isSet(ADMIN_USER)
                        || section.isSet(ADMIN_TOKEN));
    }

    /** Logs in at the old administrators' address and, when nothing answers there, at the one meant for clients. */
    private static ServiceLogin oldLogin(Section section) {
        List<URI> addresses = new ArrayList<>();
        addresses.add(section.find(IDENTITY_URI).orElseGet(() -> oldAddress(section)));
        section.find(WWW_AUTHENTICATE_URI).map(URI::create).ifPresent(addresses::add);
        LOG.warn("[keystone_authtoken] has its old form; today it is written auth_type = password, auth_url, username,"
                + " password, user_domain_name, project_name, project_domain_name");
        Optional<String> token = section.find(ADMIN_TOKEN);
        if (token.isPresent()) {
            return ServiceLogin.ofFixedToken(addresses, new Secret(token.get()));
        }
        return ServiceLogin.ofPassword(
                addresses,
                section.find(ADMIN_USER).orElseThrow(() -> missing(ADMIN_USER)),
                section.find(ADMIN_PASSWORD).orElseThrow(() -> missing(ADMIN_PASSWORD)),
                section.get(ADMIN_TENANT));
    }

    private static ConfigException missing(Option<?> option) {
        return new ConfigException("option " + option + " in [" + SECTION
                + "] is missing: the service user cannot log in to the identity service without it");
    }

    private static URI oldAddress(Section section) {
        String prefix = section.get(AUTH_PREFIX).replaceAll("^/+|/+$", "");
        return URI.create(section.get(AUTH_PROTOCOL) + "://" + section.get(AUTH_HOST) + ":" + section.get(AUTH_PORT)
                + (prefix.isEmpty() ? "" : "/" + prefix));
    }

    private static String withoutVersion(URI address) {
        return address.toString().replaceAll("/+(v3|v2\\.0)?/*$", "");
    }
}
