package glance.policy.http;

import glance.config.Configuration;
import glance.config.Option;
import glance.config.OptionGroup;
import glance.config.Section;
import glance.error.GlanceException;
import glance.http.client.ControlClient;
import glance.http.client.TlsConfig;
import glance.policy.RemoteCheck;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

/**
 * Posts rule, target and credentials to the address of an {@code http:} check. The answer {@code True}, with or without
 * quotes, allows, whatever its status; any other refuses.
 */
public final class HttpRemoteCheck implements RemoteCheck, AutoCloseable {
    private static final String FORM = "application/x-www-form-urlencoded";
    private static final String JSON_TYPE = "application/json";

    private static final Option<String> CONTENT_TYPE = Option.text("remote_content_type")
            .oneOf(FORM, JSON_TYPE)
            .orElse(FORM)
            .help("How http: and https: checks send their question.");
    private static final Option<Boolean> VERIFY =
            Option.flag("remote_ssl_verify_server_crt").orElse(false).help("Whether https: checks verify who answers.");
    private static final Option<Path> CA_FILE =
            Option.path("remote_ssl_ca_crt_file").help("Certificates (PEM) that the answering service's must lead to.");
    private static final Option<Path> CLIENT_CERTIFICATE =
            Option.path("remote_ssl_client_crt_file").help("This service's own certificate (PEM) for https: checks.");
    private static final Option<Path> CLIENT_KEY =
            Option.path("remote_ssl_client_key_file").help("Its private key (PKCS #8, PEM).");
    private static final Option<Integer> TIMEOUT =
            Option.integer("remote_timeout").atLeast(1).orElse(60).help("Seconds to wait for the answer to a check.");

    /** The options of this component. */
    public static final OptionGroup OPTIONS = new OptionGroup(
            "oslo_policy",
            "Rules that another service decides.",
            List.of(CONTENT_TYPE, VERIFY, CA_FILE, CLIENT_CERTIFICATE, CLIENT_KEY, TIMEOUT));

    private static final Logger LOG = LoggerFactory.getLogger(HttpRemoteCheck.class);

    /** Made at the first check: most services have none, and both halves cost start-up time. */
    private static final class Json {
        static final JsonMapper MAPPER = new JsonMapper();
    }

    private final Duration timeout;
    private final TlsConfig tls;
    private final String contentType;
    private @Nullable ControlClient client;

    private HttpRemoteCheck(Duration timeout, TlsConfig tls, String contentType) {
        this.timeout = timeout;
        this.tls = tls;
        this.contentType = contentType;
    }

    private synchronized ControlClient client() {
        ControlClient made = client;
        if (made == null) {
            made = new ControlClient(ControlClient.Limits.of(timeout), tls);
            client = made;
        }
        return made;
    }

    /**
     * @throws glance.config.ConfigException naming the certificate or key file that cannot be used
     */
    public static HttpRemoteCheck open(Configuration configuration) {
        Section section = configuration.section("oslo_policy");
        TlsConfig tls = new TlsConfig(
                section.find(CA_FILE), section.find(CLIENT_CERTIFICATE), section.find(CLIENT_KEY), section.get(VERIFY));
        HttpRemoteCheck check =
                new HttpRemoteCheck(Duration.ofSeconds(section.get(TIMEOUT)), tls, section.get(CONTENT_TYPE));
        if (section.isSet(CA_FILE) || section.isSet(CLIENT_CERTIFICATE) || section.isSet(CLIENT_KEY)) {
            var _ = check.client(); // a file that cannot be used stops the start
        }
        return check;
    }

    @Override
    public boolean allows(
            String url, String rule, Map<String, @Nullable Object> target, Map<String, @Nullable Object> credentials) {
        try {
            ControlClient.Answer answer =
                    client().post(URI.create(url), Map.of(), contentType, body(rule, target, credentials));
            String said = new String(answer.content(), StandardCharsets.UTF_8).strip();
            return said.replaceAll("^\"+|\"+$", "").equals("True");
        } catch (IOException | IllegalArgumentException e) {
            LOG.error("remote policy check failed rule={} url={} cause={}", rule, url, e.toString());
            throw new GlanceException.Unavailable("The service that decides rule '" + rule + "' does not answer", e);
        }
    }

    private byte[] body(String rule, Map<String, @Nullable Object> target, Map<String, @Nullable Object> credentials) {
        if (contentType.equals(JSON_TYPE)) {
            return Json.MAPPER.writeValueAsBytes(Map.of("rule", rule, "target", target, "credentials", credentials));
        }
        String form = "rule=" + encoded(rule) + "&target=" + encoded(target) + "&credentials=" + encoded(credentials);
        return form.getBytes(StandardCharsets.US_ASCII);
    }

    private static String encoded(Object value) {
        return URLEncoder.encode(Json.MAPPER.writeValueAsString(value), StandardCharsets.UTF_8);
    }

    @Override
    public synchronized void close() {
        ControlClient made = client;
        if (made != null) {
            made.close();
        }
    }
}
