package glance.server;

import glance.error.GlanceException;
import glance.http.client.ControlClient;
import glance.registry.remote.RegistryLine;
import glance.server.filter.Identification;
import glance.server.log.LogContext;
import java.io.IOException;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Kept connections to {@code glance-registry}. A registry that is away is Unavailable, and back as soon as it answers. */
final class RegistryConnections implements RegistryLine {
    private static final Logger LOG = LoggerFactory.getLogger(RegistryConnections.class);
    /** Above a page of a thousand images with long properties. */
    private static final int LONGEST_ANSWER = 256 << 20;

    private final URI address;
    private final ControlClient client;

    RegistryConnections(RegistryClientConfig config) {
        address = config.address();
        client = new ControlClient(config.timeout(), config.tls(), LONGEST_ANSWER);
    }

    @Override
    public byte[] post(byte[] batch) {
        Map<String, String> headers = new HashMap<>();
        LogContext.current().ifPresent(context -> headers.put(Identification.REQUEST_ID, context.requestId()));
        ControlClient.Answer answer;
        try {
            answer = client.post(address, headers, "application/json", batch);
        } catch (IOException failure) {
            LOG.warn("registry did not answer address={} reason={}", address, failure.getMessage());
            throw new GlanceException.Unavailable("The registry does not answer", failure);
        }
        if (answer.status() != 200) {
            LOG.warn("registry refused address={} status={}", address, answer.status());
            throw new GlanceException.Unavailable("The registry answered " + answer.status());
        }
        return answer.content();
    }

    @Override
    public void close() {
        client.close();
    }
}
