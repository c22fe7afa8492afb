package glance.client.cli;

import glance.client.ClientException;
import glance.client.Credentials;
import glance.client.EndpointChoice;
import glance.client.Session;
import glance.client.TlsSettings;
import glance.client.Transport;
import java.io.Console;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Turns options, environment and clouds.yaml into a session that can log in. */
final class Connecting {
    private static final String DEFAULT_TIMEOUT = "600";

    /** What any of these is set means that the user wants to log in. */
    private static final List<String> SIGNS_OF_LOGIN = List.of(
            "--os-auth-url",
            "--os-username",
            "--os-user-id",
            "--os-password",
            "--os-auth-token",
            "--os-application-credential-id",
            "--os-application-credential-name");

    private final Settings settings;
    private final Terminal terminal;
    private final boolean debug;
    private @Nullable Session session;

    /** @param debug show what goes over the wire on standard error */
    Connecting(Settings settings, Terminal terminal, boolean debug) {
        this.settings = settings;
        this.terminal = terminal;
        this.debug = debug;
    }

    boolean endpointGiven() {
        return settings.get("--os-image-url") != null;
    }

    /** Logs in when first needed; the same one every time. */
    Session session() {
        Session open = session;
        if (open == null) {
            open = newSession();
            session = open;
        }
        return open;
    }

    private Session newSession() {
        Transport transport = new Transport(timeout(), tls(), debug ? terminal.err()::println : null);
        EndpointChoice endpoint = new EndpointChoice(
                settings.get("--os-image-url"),
                settings.or("--os-service-type", "image"),
                settings.or("--os-endpoint-type", "public"),
                settings.get("--os-region-name"));
        return new Session(transport, login(), endpoint);
    }

    private Duration timeout() {
        String seconds = settings.or("--timeout", DEFAULT_TIMEOUT);
        try {
            return Duration.ofMillis((long) (Double.parseDouble(seconds) * 1000));
        } catch (NumberFormatException notNumber) {
            throw new ClientException("the timeout " + seconds + " is not a number of seconds", notNumber);
        }
    }

    private TlsSettings tls() {
        return new TlsSettings(
                Boolean.TRUE.equals(Grammar.truthOf(settings.or("--insecure", "false"))),
                path("--os-cacert"),
                path("--os-cert"),
                path("--os-key"));
    }

    private @Nullable Path path(String option) {
        String file = settings.get(option);
        if (file == null) {
            return null;
        }
        return file.startsWith("~/")
                ? terminal.home().resolve(file.substring(2))
                : terminal.directory().resolve(file);
    }

    private Session.Login login() {
        Credentials credentials = credentials();
        String authUrl = credentials instanceof Credentials.Anonymous ? null : settings.get("--os-auth-url");
        return new Session.Login(credentials, scope(credentials), authUrl);
    }

    private Credentials credentials() {
        String type = settings.get("--os-auth-type");
        if (type == null) {
            return guessed();
        }
        return switch (type.toLowerCase(Locale.ROOT)) {
            case "none", "noauth", "admin_token" -> anonymousOrToken();
            case "token", "v2token", "v3token" ->
                new Credentials.Token(
                        need("--os-auth-token", "a token"), settings.get("--os-auth-url") != null && namesScope());
            case "password", "v2password", "v3password" ->
                settings.get("--os-auth-token") != null && settings.get("--os-password") == null
                        ? guessed()
                        : passwordOrOpen();
            case "v3applicationcredential" -> applicationCredential();
            default ->
                throw new ClientException("The auth type " + type + " is not supported; password, token,"
                        + " v3applicationcredential and none are");
        };
    }

    private Credentials anonymousOrToken() {
        String token = settings.get("--os-auth-token");
        return token == null ? new Credentials.Anonymous() : new Credentials.Token(token, false);
    }

    private Credentials guessed() {
        String token = settings.get("--os-auth-token");
        if (token != null) {
            return new Credentials.Token(token, false);
        }
        if (settings.get("--os-application-credential-id") != null
                || settings.get("--os-application-credential-name") != null) {
            return applicationCredential();
        }
        return passwordOrOpen();
    }

    /** An address and not one word about who is asking: a service without authentication. */
    private Credentials passwordOrOpen() {
        boolean silent = SIGNS_OF_LOGIN.stream().allMatch(option -> settings.get(option) == null);
        return silent && settings.get("--os-image-url") != null ? new Credentials.Anonymous() : password();
    }

    private Credentials password() {
        if (settings.get("--os-username") == null && settings.get("--os-user-id") == null) {
            need("--os-username", "a username");
        }
        need("--os-auth-url", "an auth url");
        String password = settings.get("--os-password");
        if (password == null && terminal.inputIsTerminal()) {
            password = ask();
        }
        if (password == null) {
            password = need("--os-password", "a password");
        }
        return new Credentials.Password(user(), password);
    }

    private static @Nullable String ask() {
        Console console = Terminal.console();
        char[] typed = console == null ? null : console.readPassword("OS Password: ");
        return typed == null ? null : new String(typed);
    }

    private Credentials applicationCredential() {
        String secret = need("--os-application-credential-secret", "the secret of the application credential");
        String id = settings.get("--os-application-credential-id");
        String name = settings.get("--os-application-credential-name");
        if (id == null && name == null) {
            need("--os-application-credential-id", "the id of the application credential");
        }
        return new Credentials.ApplicationCredential(id, name, id == null ? user() : null, secret);
    }

    private Credentials.Party user() {
        if (settings.get("--os-user-id") == null) {
            need("--os-username", "a username");
        }
        return party("--os-user-id", "--os-username", "--os-user-domain-id", "--os-user-domain-name");
    }

    private Credentials.Party party(String id, String name, String domainId, String domainName) {
        String domain = settings.get(domainId);
        String byName = settings.get(domainName);
        if (domain == null && byName == null) {
            domain = settings.get("--os-default-domain-id");
            byName = settings.get("--os-default-domain-name");
        }
        return new Credentials.Party(settings.get(id), settings.get(name), domain, byName);
    }

    private boolean namesScope() {
        return !(namedScope() instanceof Credentials.Scope.Unscoped);
    }

    private Credentials.Scope scope(Credentials credentials) {
        Credentials.Scope named = namedScope();
        if (credentials instanceof Credentials.Password && named instanceof Credentials.Scope.Unscoped) {
            throw new ClientException("You must provide a project id or project name via either --os-project-id or"
                    + " env[OS_PROJECT_ID], or --os-project-name or env[OS_PROJECT_NAME]");
        }
        return named;
    }

    private Credentials.Scope namedScope() {
        String trust = settings.get("--os-trust-id");
        if (trust != null) {
            return new Credentials.Scope.Trust(trust);
        }
        if (settings.get("--os-project-id") != null || settings.get("--os-project-name") != null) {
            return new Credentials.Scope.Project(party(
                    "--os-project-id", "--os-project-name", "--os-project-domain-id", "--os-project-domain-name"));
        }
        if (settings.get("--os-system-scope") != null) {
            return new Credentials.Scope.OfSystem();
        }
        String domainId = settings.get("--os-domain-id");
        String domainName = settings.get("--os-domain-name");
        return domainId == null && domainName == null
                ? new Credentials.Scope.Unscoped()
                : new Credentials.Scope.Domain(domainId, domainName);
    }

    private String need(String option, String what) {
        String value = settings.get(option);
        if (value == null) {
            throw new ClientException("You must provide " + what + " via either " + option + " or env["
                    + GlobalOptions.variable(option) + "]");
        }
        return value;
    }
}
