package glance.client;

import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A logged-in user talking to one image service. Logs in at the first request, with one token for the whole session,
 * and once more when the service no longer accepts it. One thread.
 */
public final class Session implements Closeable {
    /**
     * @param authUrl address of the identity service; null when the credentials need none
     */
    public record Login(
            Credentials credentials,
            Credentials.Scope scope,
            @Nullable String authUrl) {}

    private final Transport transport;
    private final Login login;
    private final EndpointChoice choice;
    private @Nullable String token;
    private @Nullable String endpoint;
    private @Nullable String lastRequestId;

    public Session(Transport transport, Login login, EndpointChoice choice) {
        this.transport = transport;
        this.login = login;
        this.choice = choice;
        this.endpoint = choice.url() == null ? null : Endpoint.unversioned(choice.url());
    }

    /** The same login for another thread, with the token there is. */
    Session another() {
        Session other = new Session(transport.another(), login, choice);
        other.token = token;
        other.endpoint = endpoint;
        return other;
    }

    /** The address of a path of the service, such as {@code /v2/images}. */
    URI uri(String path) {
        return Endpoint.uri(endpoint() + path);
    }

    /** Sends a request in the user's name; any answer but 401 is returned as it came. */
    Reply send(Request request) {
        requireToken();
        Reply reply = transport.send(signed(request));
        if (reply.status() == 401 && renewable() && request.repeatable()) {
            closeQuietly(reply);
            token = null;
            requireToken();
            reply = transport.send(signed(request));
        }
        String id = reply.header("x-openstack-request-id");
        lastRequestId = id.isEmpty() ? lastRequestId : id;
        return reply;
    }

    /** Sends a request whose answer tells nothing but success. */
    void call(Request request) {
        try (Reply reply = send(request)) {
            requireSuccess(reply);
            reply.bytes(); // read to its end, so that the connection can serve again
        } catch (IOException broken) {
            throw unusable(broken);
        }
    }

    /** The JSON document that answers a request. */
    JsonNode document(Request request) {
        try (Reply reply = send(request)) {
            requireSuccess(reply);
            return reply.json();
        } catch (IOException broken) {
            throw unusable(broken);
        }
    }

    private static void requireSuccess(Reply reply) throws IOException {
        if (reply.status() / 100 != 2) {
            throw reply.failure();
        }
    }

    static ClientException unusable(IOException broken) {
        return new ClientException("No usable answer from the image service: " + Text.reason(broken), broken);
    }

    private Request signed(Request request) {
        Request signed = token == null ? request : request.with("x-auth-token", token);
        return lastRequestId == null ? signed : signed.with("x-openstack-request-id", lastRequestId);
    }

    private boolean renewable() {
        return login.authUrl() != null && !(login.credentials() instanceof Credentials.Token);
    }

    private String endpoint() {
        if (endpoint == null) {
            requireToken();
        }
        if (endpoint == null) {
            throw new ClientException("No address of the image service: give --os-image-url or env[OS_IMAGE_URL]");
        }
        return endpoint;
    }

    private void requireToken() {
        if (token != null || login.credentials() instanceof Credentials.Anonymous) {
            return;
        }
        if (login.credentials() instanceof Credentials.Token known && !known.rescope() && endpoint != null) {
            token = known.token(); // both given: the identity service has nothing to add
            return;
        }
        if (login.authUrl() == null) {
            throw new ClientException("You must provide an auth url via either --os-auth-url or env[OS_AUTH_URL]");
        }
        Identity identity = new Identity(transport, login.authUrl());
        Identity.Grant grant = identity.login(login.credentials(), login.scope());
        token = grant.token();
        if (endpoint == null) {
            Catalog catalog = grant.catalog();
            if (catalog == null) {
                throw new ClientException("The login came without a service catalog (no project scope?); give"
                        + " --os-project-name or --os-image-url");
            }
            endpoint = Endpoint.unversioned(catalog.url(choice));
        }
    }

    private static void closeQuietly(Reply reply) {
        try {
            reply.close();
        } catch (IOException unimportant) {
            // the answer is being thrown away
        }
    }

    @Override
    public void close() {
        transport.close();
    }
}
