package glance.auth.keystone;

import glance.config.ConfigException;
import glance.config.Configuration;
import glance.config.Option;
import glance.config.OptionGroup;
import glance.config.Section;
import glance.error.GlanceException;
import glance.http.client.ControlClient.Answer;
import glance.http.client.TlsConfig;
import glance.quota.ProjectLimits;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/**
 * Unified limits: what Keystone says a project may have of this service's endpoint. Asked anew each time, so that a changed
 * limit counts at once. A project's own limit beats the registered default; without either the limit is 0.
 */
public final class KeystoneLimits implements ProjectLimits {
    private static final String SECTION = "oslo_limit";

    static final Option<Boolean> USE = Option.flag("use_keystone_limits")
            .orElse(false)
            .help(
                    "Whether limits registered in the identity service are enforced; user_storage_quota is then ignored.");
    private static final Option<String> ENDPOINT_ID =
            Option.text("endpoint_id").help("This service's endpoint, whose limits count.");
    private static final Option<String> SERVICE_NAME =
            Option.text("endpoint_service_name").help("Finds the endpoint by its service's name.");
    private static final Option<String> SERVICE_TYPE =
            Option.text("endpoint_service_type").help("Finds the endpoint by its service's type.");
    private static final Option<String> REGION_NAME =
            Option.text("endpoint_region_name").help("Finds the endpoint by its region.");
    private static final Option<String> INTERFACE = Option.text("endpoint_interface")
            .orElse("public")
            .help("Finds the endpoint by its interface: public, internal or admin, with or without URL at the end.");
    private static final Option<String> REGION = Option.text("region_name").help("Whose identity endpoint is asked.");
    private static final Option<Integer> TIMEOUT =
            Option.integer("timeout").atLeast(1).orElse(10).help("Seconds to wait for the identity service.");
    private static final Option<Integer> RETRIES =
            Option.integer("connect_retries").atLeast(0).orElse(3).help("Further attempts after one that failed.");
    private static final Option<Path> CAFILE =
            Option.path("cafile").help("Certificates (PEM) that the identity service's must lead to.");
    private static final Option<Path> CERTFILE = Option.path("certfile").help("This service's own certificate (PEM).");
    private static final Option<Path> KEYFILE = Option.path("keyfile").help("Its private key (PKCS #8, PEM).");
    private static final Option<Boolean> INSECURE =
            Option.flag("insecure").orElse(false).help("Trusts whoever answers. For tests.");

    /** The options of this component. */
    public static final List<OptionGroup> OPTIONS = List.of(
            new OptionGroup("DEFAULT", "Limits kept in the identity service.", List.of(USE)),
            new OptionGroup(SECTION, "How limits are asked for.", options()));

    private static final Logger LOG = LoggerFactory.getLogger(KeystoneLimits.class);

    /** What identifies this service's limits. */
    private record Endpoint(String serviceId, Optional<String> regionId) {}

    private final KeystoneClient keystone;
    private final Section section;
    private volatile @Nullable Endpoint known;

    private KeystoneLimits(KeystoneClient keystone, Section section) {
        this.keystone = keystone;
        this.section = section;
    }

    private static List<Option<?>> options() {
        List<Option<?>> all = new ArrayList<>(LoginOptions.ALL);
        all.addAll(List.of(
                ENDPOINT_ID,
                SERVICE_NAME,
                SERVICE_TYPE,
                REGION_NAME,
                INTERFACE,
                REGION,
                TIMEOUT,
                RETRIES,
                CAFILE,
                CERTFILE,
                KEYFILE,
                INSECURE));
        return all;
    }

    /**
     * The limits the configuration asks for: these, or none. Makes no call yet.
     *
     * @throws ConfigException when {@code [oslo_limit]} does not say how to log in or which endpoint is this service's
     */
    public static ProjectLimits open(Configuration configuration) {
        if (!configuration.section("DEFAULT").get(USE)) {
            return ProjectLimits.OFF;
        }
        Section section = configuration.section(SECTION);
        if (section.find(ENDPOINT_ID).isEmpty()
                && section.find(SERVICE_NAME).isEmpty()
                && section.find(SERVICE_TYPE).isEmpty()) {
            throw new ConfigException("option endpoint_id in [" + SECTION
                    + "] is missing: use_keystone_limits needs it, or endpoint_service_type or endpoint_service_name");
        }
        KeystoneConfig.Connection connection = new KeystoneConfig.Connection(
                Duration.ofSeconds(section.get(TIMEOUT)),
                section.get(RETRIES),
                "public",
                section.find(REGION),
                new TlsConfig(
                        section.find(CAFILE), section.find(CERTFILE), section.find(KEYFILE), !section.get(INSECURE)));
        ServiceLogin login = ServiceLogin.from(configuration, SECTION);
        return new KeystoneLimits(new KeystoneClient(login, connection, InstantSource.system()), section);
    }

    @Override
    public boolean areInForce() {
        return true;
    }

    @Override
    public long limit(@Nullable String project, Resource resource) {
        Endpoint endpoint = endpoint();
        String where = "?service_id=" + encoded(endpoint.serviceId())
                + endpoint.regionId()
                        .map(region -> "&region_id=" + encoded(region))
                        .orElse("")
                + "&resource_name=" + resource.registeredName();
        if (project != null) {
            JsonNode own =
                    ask("/limits" + where + "&project_id=" + encoded(project)).path("limits");
            if (!own.isEmpty()) {
                return own.path(0).path("resource_limit").asLong();
            }
        }
        JsonNode registered = ask("/registered_limits" + where).path("registered_limits");
        return registered.isEmpty()
                ? 0
                : registered.path(0).path("default_limit").asLong();
    }

    /** Found at the first question, with the model of enforcement, and kept: neither changes under a running service. */
    private Endpoint endpoint() {
        Endpoint present = known;
        if (present == null) {
            String model = ask("/limits/model").path("model").path("name").asString("");
            if (!model.equals("flat")) {
                throw unusable("the identity service enforces limits by model '" + model + "', not 'flat'");
            }
            present = section.find(ENDPOINT_ID).map(this::byId).orElseGet(this::bySearch);
            known = present;
        }
        return present;
    }

    private Endpoint byId(String id) {
        return endpoint(ask("/endpoints/" + encoded(id)).path("endpoint"));
    }

    private Endpoint bySearch() {
        StringBuilder wanted = new StringBuilder("/services?");
        section.find(SERVICE_TYPE).ifPresent(type -> wanted.append("&type=").append(encoded(type)));
        section.find(SERVICE_NAME).ifPresent(name -> wanted.append("&name=").append(encoded(name)));
        JsonNode services = ask(wanted.toString()).path("services");
        if (services.size() != 1) {
            throw unusable(services.size() + " services have the configured name and type, not one");
        }
        String kind = section.get(INTERFACE).replaceAll("URL$", "");
        String query = "/endpoints?interface=" + encoded(kind) + "&service_id="
                + encoded(services.path(0).path("id").asString())
                + section.find(REGION_NAME)
                        .map(region -> "&region_id=" + encoded(region))
                        .orElse("");
        JsonNode endpoints = ask(query).path("endpoints");
        if (endpoints.size() != 1) {
            throw unusable(endpoints.size() + " endpoints fit [oslo_limit], not one");
        }
        return endpoint(endpoints.path(0));
    }

    private static Endpoint endpoint(JsonNode node) {
        JsonNode region = node.path("region_id");
        return new Endpoint(
                node.path("service_id").asString(),
                region.isString() ? Optional.of(region.asString()) : Optional.empty());
    }

    private JsonNode ask(String path) {
        Answer answer = keystone.get(path, Map.of());
        if (answer.status() != 200) {
            throw unusable("question about limits refused path=" + path + " status=" + answer.status());
        }
        return KeystoneClient.json(answer);
    }

    private static GlanceException.Unavailable unusable(String detail) {
        LOG.error("limits cannot be asked for reason={}", detail);
        return new GlanceException.Unavailable("Limits cannot be asked for now");
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        keystone.close();
    }
}
