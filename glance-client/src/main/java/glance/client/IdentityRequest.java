package glance.client;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** The login documents of Keystone's two API versions. */
final class IdentityRequest {
    /** Where Keystone keeps users and projects that were never given a domain. */
    private static final String DEFAULT_DOMAIN = "default";

    private IdentityRequest() {}

    static ObjectNode version3(Credentials credentials, Credentials.Scope scope) {
        ObjectNode document = Json.object();
        ObjectNode auth = document.putObject("auth");
        ObjectNode identity = auth.putObject("identity");
        switch (credentials) {
            case Credentials.Password password -> {
                identity.putArray("methods").add("password");
                party(identity.putObject("password").putObject("user"), password.user())
                        .put("password", password.password());
            }
            case Credentials.Token token -> {
                identity.putArray("methods").add("token");
                identity.putObject("token").put("id", token.token());
            }
            case Credentials.ApplicationCredential application -> {
                identity.putArray("methods").add("application_credential");
                applicationCredential(identity.putObject("application_credential"), application);
                return document; // its scope is fixed; naming one is an error
            }
            case Credentials.Anonymous _ -> throw new IllegalArgumentException("nothing to log in with");
        }
        scope(auth, scope);
        return document;
    }

    private static void applicationCredential(ObjectNode target, Credentials.ApplicationCredential credential) {
        target.put("secret", credential.secret());
        if (credential.id() != null) {
            target.put("id", credential.id());
            return;
        }
        target.put("name", credential.name());
        Credentials.Party user = credential.user();
        if (user != null) {
            party(target.putObject("user"), user);
        }
    }

    private static void scope(ObjectNode auth, Credentials.Scope scope) {
        switch (scope) {
            case Credentials.Scope.Unscoped _ -> {}
            case Credentials.Scope.Project project ->
                party(auth.putObject("scope").putObject("project"), project.project());
            case Credentials.Scope.Domain domain -> domain(auth.putObject("scope"), domain.id(), domain.name());
            case Credentials.Scope.OfSystem _ ->
                auth.putObject("scope").putObject("system").put("all", true);
            case Credentials.Scope.Trust trust ->
                auth.putObject("scope").putObject("OS-TRUST:trust").put("id", trust.id());
        }
    }

    private static ObjectNode party(ObjectNode target, Credentials.Party party) {
        if (party.id() != null) {
            return target.put("id", party.id());
        }
        target.put("name", party.name());
        domain(target, party.domainId(), party.domainName());
        return target;
    }

    private static void domain(ObjectNode target, @Nullable String id, @Nullable String name) {
        ObjectNode domain = target.putObject("domain");
        if (id == null && name != null) {
            domain.put("name", name);
        } else {
            domain.put("id", id == null ? DEFAULT_DOMAIN : id);
        }
    }

    static ObjectNode version2(Credentials credentials, Credentials.Scope scope) {
        if (!(credentials instanceof Credentials.Password login)
                || !(scope instanceof Credentials.Scope.Project wanted)) {
            throw new ClientException("The Identity API v2.0 knows only logins with user, password and project");
        }
        ObjectNode document = Json.object();
        ObjectNode auth = document.putObject("auth");
        Credentials.Party project = wanted.project();
        if (project.id() == null) {
            auth.put("tenantName", project.name());
        } else {
            auth.put("tenantId", project.id());
        }
        ObjectNode password = auth.putObject("passwordCredentials");
        if (login.user().id() == null) {
            password.put("username", login.user().name());
        } else {
            password.put("userId", login.user().id());
        }
        password.put("password", login.password());
        return document;
    }
}
