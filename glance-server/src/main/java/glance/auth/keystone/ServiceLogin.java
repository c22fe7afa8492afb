package glance.auth.keystone;

import glance.auth.Secret;
import glance.config.ConfigException;
import glance.config.Configuration;
import glance.config.Option;
import glance.config.Section;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;

/** How and where the service user logs in. Holds the password; prints nothing of it. */
final class ServiceLogin {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Map<String, Object> DEFAULT_DOMAIN = Map.of("id", "default");

    private final List<URI> addresses;
    private final Optional<Secret> fixedToken;
    private final byte[] request;

    private ServiceLogin(List<URI> addresses, Optional<Secret> fixedToken, Map<String, Object> auth) {
        this.addresses = List.copyOf(addresses);
        this.fixedToken = fixedToken;
        this.request = JSON.writeValueAsBytes(Map.of("auth", auth));
    }

    /**
     * Reads the login of a section, which may point to another one.
     *
     * @throws ConfigException naming section and option that is missing or not accepted
     */
    static ServiceLogin from(Configuration configuration, String sectionName) {
        Section own = configuration.section(sectionName);
        Section section =
                own.find(LoginOptions.AUTH_SECTION).map(configuration::section).orElse(own);
        String type = section.find(LoginOptions.AUTH_TYPE)
                .or(() -> own.find(LoginOptions.AUTH_TYPE))
                .orElseThrow(() -> missing(section, LoginOptions.AUTH_TYPE));
        List<URI> addresses = List.of(require(section, LoginOptions.AUTH_URL));
        return switch (type) {
            case "password", "v3password", "v2password" ->
                new ServiceLogin(addresses, Optional.empty(), auth(passwordOf(section), scope(section)));
            case "v3applicationcredential" ->
                new ServiceLogin(addresses, Optional.empty(), auth(credentialOf(section), Map.of()));
            case "token", "v3token", "v2token" ->
                new ServiceLogin(
                        addresses,
                        Optional.empty(),
                        auth(method("token", Map.of("id", require(section, LoginOptions.TOKEN))), scope(section)));
            default ->
                throw new ConfigException(
                        "option auth_type in [" + section.name() + "]: '" + type
                                + "' is not supported; accepted: password, v3password, v3applicationcredential, token, v3token");
        };
    }

    /** A password login in the default domain, tried at several addresses in order. */
    static ServiceLogin ofPassword(List<URI> addresses, String user, String password, String project) {
        Map<String, Object> identity = method(
                "password", Map.of("user", Map.of("name", user, "domain", DEFAULT_DOMAIN, "password", password)));
        Map<String, Object> scope = Map.of("project", Map.of("name", project, "domain", DEFAULT_DOMAIN));
        return new ServiceLogin(addresses, Optional.empty(), auth(identity, scope));
    }

    /** No login at all: a token that is valid for ever. */
    static ServiceLogin ofFixedToken(List<URI> addresses, Secret token) {
        return new ServiceLogin(addresses, Optional.of(token), Map.of());
    }

    /** Base addresses of the identity service, in the order they are tried. */
    List<URI> addresses() {
        return addresses;
    }

    /** A token that needs no login. */
    Optional<Secret> fixedToken() {
        return fixedToken;
    }

    /** The document that asks for a token. */
    byte[] request() {
        return request.clone();
    }

    private static Map<String, Object> auth(Map<String, Object> identity, Map<String, Object> scope) {
        return scope.isEmpty() ? Map.of("identity", identity) : Map.of("identity", identity, "scope", scope);
    }

    private static Map<String, Object> method(String name, Map<String, Object> content) {
        return Map.of("methods", List.of(name), name, content);
    }

    private static Map<String, Object> passwordOf(Section section) {
        Map<String, Object> user = new LinkedHashMap<>(userOf(section));
        user.put("password", require(section, LoginOptions.PASSWORD));
        return method("password", Map.of("user", user));
    }

    private static Map<String, Object> credentialOf(Section section) {
        Map<String, Object> credential = new LinkedHashMap<>();
        credential.put("secret", require(section, LoginOptions.CREDENTIAL_SECRET));
        section.find(LoginOptions.CREDENTIAL_ID).ifPresent(id -> credential.put("id", id));
        if (!credential.containsKey("id")) {
            credential.put(
                    "name",
                    section.find(LoginOptions.CREDENTIAL_NAME)
                            .orElseThrow(() -> missing(section, LoginOptions.CREDENTIAL_ID)));
            credential.put("user", userOf(section));
        }
        return method("application_credential", credential);
    }

    private static Map<String, Object> userOf(Section section) {
        Optional<String> id = section.find(LoginOptions.USER_ID);
        return id.isPresent()
                ? Map.of("id", id.get())
                : Map.of(
                        "name",
                        require(section, LoginOptions.USERNAME),
                        "domain",
                        domain(section, LoginOptions.USER_DOMAIN_ID, LoginOptions.USER_DOMAIN_NAME));
    }

    private static Map<String, Object> scope(Section section) {
        Optional<String> trust = section.find(LoginOptions.TRUST_ID);
        if (trust.isPresent()) {
            return Map.of("OS-TRUST:trust", Map.of("id", trust.get()));
        }
        Optional<String> projectId = section.find(LoginOptions.PROJECT_ID);
        if (projectId.isPresent()) {
            return Map.of("project", Map.of("id", projectId.get()));
        }
        Optional<String> projectName = section.find(LoginOptions.PROJECT_NAME);
        if (projectName.isPresent()) {
            Object domain = domain(section, LoginOptions.PROJECT_DOMAIN_ID, LoginOptions.PROJECT_DOMAIN_NAME);
            return Map.of("project", Map.of("name", projectName.get(), "domain", domain));
        }
        Optional<Map<String, Object>> domain = named(section, LoginOptions.DOMAIN_ID, LoginOptions.DOMAIN_NAME);
        if (domain.isPresent()) {
            return Map.of("domain", domain.get());
        }
        return section.find(LoginOptions.SYSTEM_SCOPE).isPresent() ? Map.of("system", Map.of("all", true)) : Map.of();
    }

    private static Map<String, Object> domain(Section section, Option<String> id, Option<String> name) {
        return named(section, id, name)
                .or(() -> named(section, LoginOptions.DEFAULT_DOMAIN_ID, LoginOptions.DEFAULT_DOMAIN_NAME))
                .orElse(DEFAULT_DOMAIN);
    }

    private static Optional<Map<String, Object>> named(Section section, Option<String> id, Option<String> name) {
        return section.find(id)
                .map(value -> Map.<String, Object>of("id", value))
                .or(() -> section.find(name).map(value -> Map.<String, Object>of("name", value)));
    }

    private static <T> T require(Section section, Option<T> option) {
        return section.find(option).orElseThrow(() -> missing(section, option));
    }

    private static ConfigException missing(Section section, Option<?> option) {
        return new ConfigException("option " + option + " in [" + section.name()
                + "] is missing: the service user cannot log in to the identity service without it");
    }

    @Override
    public String toString() {
        return "login at " + addresses;
    }
}
