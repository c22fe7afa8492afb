package glance.server;

import glance.auth.Secret;
import glance.config.ConfigException;
import glance.error.GlanceException;
import glance.http.client.ControlClient;
import glance.registry.remote.RegistryLine;
import glance.server.filter.Identification;
import glance.server.log.LogContext;
import java.io.IOException;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Kept connections to {@code glance-registry}. A registry that is away is Unavailable, and back as soon as it answers. */
final class RegistryConnections implements RegistryLine {
    private static final Logger LOG = LoggerFactory.getLogger(RegistryConnections.class);
    /** Above a page of a thousand images with long properties; a few at once fit into the heap of a small API server. */
    private static final int LONGEST_ANSWER = 64 << 20;

    private static final String FOREIGN =
            "this is no glance-registry of this service; one of upstream does not have its"
                    + " commands, see docs/operations/registry.md";

    private final URI address;
    private final RegistryIdentity identity;
    private final ControlClient client;

    /** @param identity closed with the connections */
    RegistryConnections(RegistryClientConfig config, RegistryIdentity identity) {
        this.address = config.address();
        this.identity = identity;
        this.client = new ControlClient(
                new ControlClient.Limits(config.timeout(), config.timeout(), LONGEST_ANSWER), config.tls());
    }

    @Override
    public byte[] post(byte[] batch) {
        Map<String, String> headers = new HashMap<>();
        Secret own = identity.addTo(headers);
        ControlClient.Answer answer = send(headers, batch);
        if (answer.status() == 401 && own != null) {
            // Nothing has run. Keystone may have forgotten the token, or the registry's own idea of time differs.
            identity.refused(own);
            headers.clear();
            own = identity.addTo(headers);
            answer = send(headers, batch);
        }
        if (answer.status() != 200) {
            throw refused(answer.status(), own);
        }
        return answer.content();
    }

    /**
     * Refuses a registry that answers, but lacks the commands: it would answer every request so. One that is away is no reason
     * not to start.
     *
     * @throws ConfigException when it is another service's
     */
    void requireOwnKind(byte[] anyCommand) {
        Map<String, String> headers = new HashMap<>();
        try {
            identity.addTo(headers);
            if (send(headers, anyCommand).status() == 404) {
                throw new ConfigException("option registry_host in [DEFAULT]: at " + address + ", " + FOREIGN);
            }
        } catch (GlanceException away) {
            LOG.warn("registry could not be asked at the start address={} reason={}", address, away.reason());
        }
    }

    private ControlClient.Answer send(Map<String, String> headers, byte[] batch) {
        LogContext.current().ifPresent(context -> headers.put(Identification.REQUEST_ID, context.requestId()));
        try {
            return client.post(address, headers, "application/json", batch);
        } catch (ControlClient.AnswerTooLong failure) {
            LOG.warn("registry answered too much address={} reason={}", address, failure.getMessage());
            throw new GlanceException.LimitExceeded(
                    "The answer has more than " + LONGEST_ANSWER + " bytes; ask for fewer images at once", failure);
        } catch (IOException failure) {
            LOG.warn("registry did not answer address={} reason={}", address, failure.getMessage());
            throw new GlanceException.Unavailable("The registry does not answer", failure);
        }
    }

    private GlanceException refused(int status, @Nullable Secret own) {
        String advice = switch (status) {
            case 401 -> own == null ? "the registry wants tokens; see auth_strategy" : "the token does not hold";
            case 403 -> "this service needs a role of service_token_roles in the registry, or an administrator's";
            case 404 -> FOREIGN;
            case 413 -> "the change is larger than the registry takes";
            default -> "see the registry's log";
        };
        LOG.error("registry refused address={} status={} advice={}", address, status, advice);
        return new GlanceException.Unavailable("The registry answered " + status);
    }

    @Override
    public void close() {
        client.close();
        identity.close();
    }
}
