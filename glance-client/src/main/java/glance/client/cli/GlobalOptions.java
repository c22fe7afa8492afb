package glance.client.cli;

import static glance.client.cli.Grammar.flag;
import static glance.client.cli.Grammar.seconds;
import static glance.client.cli.Grammar.text;

/** The options before the subcommand. */
final class GlobalOptions {
    private GlobalOptions() {}

    static Grammar grammar() {
        Grammar grammar = new Grammar(false)
                .add(flag("--version", "Show the version and exit."))
                .add(flag("--help", "Show this help and exit.").named("-h").silent())
                .add(flag("--debug", "Show requests and answers. Defaults to env[GLANCECLIENT_DEBUG].")
                        .named("-d"))
                .add(flag("--verbose", "Print more verbose output.").named("-v"))
                .add(flag("--get-schema", "Accepted for compatibility; the schema is built in."))
                .add(flag("--force", "Accepted for compatibility; nothing asks for confirmation.")
                        .named("-f"));
        image(grammar);
        transport(grammar);
        identity(grammar);
        return grammar;
    }

    private static void image(Grammar grammar) {
        grammar.add(text(
                                "--os-image-url",
                                "OS_IMAGE_URL",
                                "Address of the image service. Defaults to env[OS_IMAGE_URL].")
                        .named("--os_image_url"))
                .add(text(
                                "--os-image-api-version",
                                "OS_IMAGE_API_VERSION",
                                "Version of the Images API. Defaults to env[OS_IMAGE_API_VERSION] or 2.")
                        .named("--os_image_api_version"))
                .add(text("--profile", "HMAC_KEY", "Accepted for compatibility; nothing is profiled.")
                        .silent())
                .add(env("--os-region-name", "Region of the endpoint."))
                .add(env("--os-auth-token", "Token to use instead of a login."))
                .add(env("--os-service-type", "Type of the service in the catalog; image by default."))
                .add(env("--os-endpoint-type", "public, internal or admin; public by default."))
                .add(env("--os-cloud", "Cloud of clouds.yaml to use."));
    }

    private static void transport(Grammar grammar) {
        grammar.add(flag("--insecure", "Do not verify the server's certificate.")
                        .named("-k"))
                .add(text("--os-cacert", "<ca-certificate>", "Trusted authorities. Defaults to env[OS_CACERT].")
                        .named("--ca-file", "--os_cacert"))
                .add(text("--os-cert", "<certificate>", "Client certificate. Defaults to env[OS_CERT].")
                        .named("--cert-file", "--os_cert"))
                .add(text("--os-key", "<key>", "Key of the client certificate. Defaults to env[OS_KEY].")
                        .named("--key-file", "--os_key"))
                .add(seconds("--timeout", "<seconds>", "Longest wait for an answer; 600 by default."))
                .add(flag("--no-ssl-compression", "Accepted for compatibility.").silent())
                .add(flag("--collect-timing", "Accepted for compatibility.").silent());
    }

    private static void identity(Grammar grammar) {
        grammar.add(env("--os-auth-type", "password, token, v3applicationcredential or none.")
                        .named("--os-auth-plugin"))
                .add(env("--os-auth-url", "Address of the identity service."))
                .add(env("--os-username", "User name."))
                .add(env("--os-user-id", "User id."))
                .add(env("--os-password", "Password."))
                .add(env("--os-user-domain-id", "Domain of the user, by id."))
                .add(env("--os-user-domain-name", "Domain of the user, by name."))
                .add(env("--os-project-id", "Project, by id.").named("--os-tenant-id", "--os_tenant_id"))
                .add(env("--os-project-name", "Project, by name.").named("--os-tenant-name", "--os_tenant_name"))
                .add(env("--os-project-domain-id", "Domain of the project, by id."))
                .add(env("--os-project-domain-name", "Domain of the project, by name."))
                .add(env("--os-default-domain-id", "Domain of user and project where none is given, by id."))
                .add(env("--os-default-domain-name", "Domain of user and project where none is given, by name."))
                .add(env("--os-domain-id", "Domain to log in to, by id."))
                .add(env("--os-domain-name", "Domain to log in to, by name."))
                .add(env("--os-system-scope", "Log in to the system: all."))
                .add(env("--os-trust-id", "Trust to log in with."))
                .add(env("--os-application-credential-id", "Application credential, by id."))
                .add(env("--os-application-credential-name", "Application credential, by name."))
                .add(env("--os-application-credential-secret", "Secret of the application credential."));
    }

    /** An option that an environment variable of the same name stands in for, in both spellings. */
    private static Grammar.Option env(String name, String help) {
        String variable = variable(name);
        return text(name, variable, help + " Defaults to env[" + variable + "].")
                .named(name.replace('-', '_').replaceFirst("__", "--"));
    }

    /** {@code --os-auth-url} → {@code OS_AUTH_URL}. */
    static String variable(String option) {
        return option.substring(2).replace('-', '_').toUpperCase(java.util.Locale.ROOT);
    }
}
