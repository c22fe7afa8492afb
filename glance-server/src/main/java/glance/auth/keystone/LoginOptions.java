package glance.auth.keystone;

import glance.config.Option;
import java.net.URI;
import java.util.List;

/** How a service user logs in: the same options in {@code [keystone_authtoken]}, {@code [oslo_limit]} and elsewhere. */
final class LoginOptions {
    static final Option<String> AUTH_TYPE = Option.text("auth_type")
            .formerly("auth_plugin")
            .help("How the service user logs in: password, v3password, v3applicationcredential, token or v3token.");
    static final Option<String> AUTH_SECTION =
            Option.text("auth_section").help("Another section to take the login options from.");
    static final Option<URI> AUTH_URL = Option.url("auth_url").help("The identity service, with or without /v3.");
    static final Option<String> USERNAME =
            Option.text("username").formerly("user_name").formerly("user-name").help("The service user's name.");
    static final Option<String> USER_ID =
            Option.text("user_id").formerly("user-id").help("The service user's id, instead of name and domain.");
    static final Option<String> PASSWORD = Option.text("password").secret().help("The service user's password.");
    static final Option<String> USER_DOMAIN_ID =
            Option.text("user_domain_id").formerly("user-domain-id").help("The service user's domain, by id.");
    static final Option<String> USER_DOMAIN_NAME =
            Option.text("user_domain_name").formerly("user-domain-name").help("The service user's domain, by name.");
    static final Option<String> DEFAULT_DOMAIN_ID = Option.text("default_domain_id")
            .formerly("default-domain-id")
            .help("The domain of user and project where none of their own is given, by id.");
    static final Option<String> DEFAULT_DOMAIN_NAME = Option.text("default_domain_name")
            .formerly("default-domain-name")
            .help("The domain of user and project where none of their own is given, by name.");
    static final Option<String> PROJECT_ID = Option.text("project_id")
            .formerly("project-id")
            .formerly("tenant_id")
            .formerly("tenant-id")
            .help("The project to log in to, by id.");
    static final Option<String> PROJECT_NAME = Option.text("project_name")
            .formerly("project-name")
            .formerly("tenant_name")
            .formerly("tenant-name")
            .help("The project to log in to, by name.");
    static final Option<String> PROJECT_DOMAIN_ID =
            Option.text("project_domain_id").formerly("project-domain-id").help("The project's domain, by id.");
    static final Option<String> PROJECT_DOMAIN_NAME =
            Option.text("project_domain_name").formerly("project-domain-name").help("The project's domain, by name.");
    static final Option<String> DOMAIN_ID =
            Option.text("domain_id").formerly("domain-id").help("The domain to log in to, by id.");
    static final Option<String> DOMAIN_NAME =
            Option.text("domain_name").formerly("domain-name").help("The domain to log in to, by name.");
    static final Option<String> SYSTEM_SCOPE = Option.text("system_scope")
            .formerly("system-scope")
            .help("all logs in to the whole system instead of a project.");
    static final Option<String> TRUST_ID =
            Option.text("trust_id").formerly("trust-id").help("A trust to log in with.");
    static final Option<String> CREDENTIAL_ID =
            Option.text("application_credential_id").help("The application credential's id.");
    static final Option<String> CREDENTIAL_NAME = Option.text("application_credential_name")
            .help("The application credential's name; its user must be given too.");
    static final Option<String> CREDENTIAL_SECRET =
            Option.text("application_credential_secret").secret().help("The application credential's secret.");
    static final Option<String> TOKEN =
            Option.text("token").secret().help("A token to log in with, for auth_type token and v3token.");

    static final List<Option<?>> ALL = List.of(
            AUTH_TYPE,
            AUTH_SECTION,
            AUTH_URL,
            USERNAME,
            USER_ID,
            PASSWORD,
            USER_DOMAIN_ID,
            USER_DOMAIN_NAME,
            DEFAULT_DOMAIN_ID,
            DEFAULT_DOMAIN_NAME,
            PROJECT_ID,
            PROJECT_NAME,
            PROJECT_DOMAIN_ID,
            PROJECT_DOMAIN_NAME,
            DOMAIN_ID,
            DOMAIN_NAME,
            SYSTEM_SCOPE,
            TRUST_ID,
            CREDENTIAL_ID,
            CREDENTIAL_NAME,
            CREDENTIAL_SECRET,
            TOKEN);

    private LoginOptions() {}
}
