package glance.client;

import java.io.IOException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Keystone: obtains tokens and the catalog. Version 3, or 2.0 where nothing newer is offered. */
final class Identity {
    /** @param catalog null when the login did not come with one */
    record Grant(String token, @Nullable Catalog catalog) {
        @Override
        public String toString() {
            return "Grant[***]";
        }
    }

    private enum Version {
        V2,
        V3
    }

    private final Transport transport;
    private final String address;

    /** @param address the authentication URL, with or without its version */
    Identity(Transport transport, String address) {
        this.transport = transport;
        this.address = address.endsWith("/") ? address.substring(0, address.length() - 1) : address;
    }

    /** Logs in; a wrong secret is an {@link HttpFailure} 401. */
    Grant login(Credentials credentials, Credentials.Scope scope) {
        if (credentials instanceof Credentials.Token known && !known.rescope()) {
            return new Grant(known.token(), catalog(known.token()));
        }
        return version(credentials, scope) == Version.V2
                ? loginVersion2(credentials, scope)
                : loginVersion3(credentials, scope);
    }

    private Catalog catalog(String token) {
        Request request =
                Request.get(Endpoint.uri(base("v3") + "/auth/catalog")).with("x-auth-token", token);
        return Catalog.ofVersion3(document(request).path("catalog"));
    }

    /** Domains exist in version 3 only, so naming one settles it. */
    private Version version(Credentials credentials, Credentials.Scope scope) {
        String path = address.toLowerCase(Locale.ROOT);
        if (path.matches(".*/v3(\\.[0-9]+)?")) {
            return Version.V3;
        }
        boolean version3Only = !(credentials instanceof Credentials.Password login && plain(login.user()))
                || !(scope instanceof Credentials.Scope.Project project && plain(project.project()));
        if (path.matches(".*/v2(\\.[0-9]+)?")) {
            return Version.V2;
        }
        boolean offers2 = false;
        boolean offers3 = false;
        for (JsonNode entry : offered()) {
            String id = entry.path("id").stringValue("");
            offers3 |= id.startsWith("v3");
            offers2 |= id.startsWith("v2");
        }
        if (offers3 && (version3Only || !offers2)) {
            return Version.V3;
        }
        if (offers2 && !version3Only) {
            return Version.V2;
        }
        throw new ClientException("Could not find a usable Identity version at " + address
                + "; give a versioned --os-auth-url ending in /v3");
    }

    private JsonNode offered() {
        try (Reply reply = transport.send(Request.get(Endpoint.uri(address + "/")))) {
            if (reply.status() == 200 || reply.status() == 300) {
                JsonNode document = reply.json();
                return document.path("versions").isArray()
                        ? document.path("versions")
                        : document.path("versions").path("values");
            }
        } catch (IOException notKeystone) {
            throw new ClientException(
                    "No Identity service at " + address + ": " + Text.reason(notKeystone)
                            + "; give a versioned --os-auth-url ending in /v3",
                    notKeystone);
        }
        return Json.array();
    }

    private static boolean plain(Credentials.Party party) {
        return party.domainId() == null && party.domainName() == null;
    }

    private String base(String version) {
        String unversioned = address.replaceFirst("(?i)/v[23](\\.[0-9]+)?$", "");
        return unversioned + "/" + version;
    }

    private Grant loginVersion3(Credentials credentials, Credentials.Scope scope) {
        ObjectNode body = IdentityRequest.version3(credentials, scope);
        Request request =
                Request.of("POST", Endpoint.uri(base("v3") + "/auth/tokens")).secretJson(body);
        try (Reply reply = transport.send(request)) {
            requireSuccess(reply);
            String token = reply.header("x-subject-token");
            if (token.isEmpty()) {
                throw new ClientException("The identity service at " + address + " answered without a token");
            }
            JsonNode catalog = reply.json().path("token").path("catalog");
            return new Grant(token, catalog.isArray() ? Catalog.ofVersion3(catalog) : null);
        } catch (IOException broken) {
            throw new ClientException("No usable answer from " + address + ": " + Text.reason(broken), broken);
        }
    }

    private Grant loginVersion2(Credentials credentials, Credentials.Scope scope) {
        ObjectNode body = IdentityRequest.version2(credentials, scope);
        Request request =
                Request.of("POST", Endpoint.uri(base("v2.0") + "/tokens")).secretJson(body);
        JsonNode access = document(request).path("access");
        String token = access.path("token").path("id").stringValue("");
        if (token.isEmpty()) {
            throw new ClientException("The identity service at " + address + " answered without a token");
        }
        return new Grant(token, Catalog.ofVersion2(access.path("serviceCatalog")));
    }

    private JsonNode document(Request request) {
        try (Reply reply = transport.send(request)) {
            requireSuccess(reply);
            return reply.json();
        } catch (IOException broken) {
            throw new ClientException("No usable answer from " + address + ": " + Text.reason(broken), broken);
        }
    }

    private void requireSuccess(Reply reply) throws IOException {
        if (reply.status() / 100 != 2) {
            HttpFailure failure = reply.failure();
            throw failure.status() == 401
                    ? new HttpFailure(401, "Invalid OpenStack Identity credentials: " + address + " refused them.")
                    : failure;
        }
    }
}
