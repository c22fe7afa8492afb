package glance.server;

import glance.config.Configuration;
import glance.config.Option;
import glance.config.OptionGroup;
import glance.config.Section;
import glance.http.client.TlsConfig;
import glance.registry.sql.DatabaseConfig;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How {@code glance-api} reaches its metadata.
 *
 * @param remote whether through {@code glance-registry} rather than the database
 * @param address the commands' URL
 * @param timeout longest wait for a connection, and longest time of a whole call
 */
record RegistryClientConfig(boolean remote, URI address, Duration timeout, TlsConfig tls) {
    private static final String REMOTE = "glance.db.registry.api";
    private static final String DIRECT = "glance.db.sqlalchemy.api";
    /** What upstream's tests use. */
    private static final String MEMORY = "glance.db.simple.api";
    /** As good as none, which is what 0 asks for. */
    private static final Duration VERY_LONG = Duration.ofDays(1);

    static final Option<String> DATA_API = Option.text("data_api")
            .oneOf(DIRECT, REMOTE, MEMORY)
            .orElse(DIRECT)
            .help("Where the metadata is: " + DIRECT + " is the database of [database], " + REMOTE
                    + " the glance-registry at registry_host, " + MEMORY
                    + " a database in memory that is empty at every start, for tests.");
    private static final Option<String> HOST =
            Option.text("registry_host").orElse("127.0.0.1").help("Host of glance-registry.");
    private static final Option<Integer> PORT =
            Option.port("registry_port").orElse(9191).help("Port of glance-registry.");
    private static final Option<String> PROTOCOL = Option.text("registry_client_protocol")
            .oneOf("http", "https")
            .orElse("http")
            .help("Protocol glance-registry speaks.");
    private static final Option<Integer> TIMEOUT = Option.integer("registry_client_timeout")
            .atLeast(0)
            .orElse(600)
            .help("Seconds a call of glance-registry may take, up to the last byte of its answer; 0 is a day.");
    private static final Option<Boolean> INSECURE = Option.flag("registry_client_insecure")
            .orElse(false)
            .help("Takes any certificate for that of glance-registry. For tests only.");
    private static final Option<Path> AUTHORITIES = Option.path("registry_client_ca_file")
            .help("PEM file of the authorities that vouch for glance-registry. Unset: the system's.");
    private static final Option<Path> CERTIFICATE =
            Option.path("registry_client_cert_file").help("PEM file of the certificate shown to glance-registry.");
    private static final Option<Path> KEY =
            Option.path("registry_client_key_file").help("PEM file of that certificate's key.");

    /** The options that stand in {@code DEFAULT}. */
    static final OptionGroup OPTIONS = new OptionGroup(
            "DEFAULT",
            "Metadata through glance-registry.",
            List.of(DATA_API, HOST, PORT, PROTOCOL, TIMEOUT, INSECURE, AUTHORITIES, CERTIFICATE, KEY));

    /** What {@code glance-registry} itself looks at: a registry behind a registry would ask itself. */
    static final OptionGroup REGISTRY_OPTIONS = new OptionGroup("DEFAULT", "The metadata.", List.of(DATA_API));

    /**
     * The database of a service that has one: that of {@code [database]}, or one in memory.
     *
     * @throws glance.config.ConfigException when an option is not usable
     */
    static DatabaseConfig database(Configuration configuration) {
        boolean inMemory =
                configuration.section(OPTIONS.section()).get(DATA_API).equals(MEMORY);
        return DatabaseConfig.from(
                inMemory
                        ? configuration.with("database", Map.of("connection", "sqlite://"), "data_api = " + MEMORY)
                        : configuration,
                ApiService.DEFAULT_DATABASE);
    }

    /**
     * @throws glance.config.ConfigException when an option is not usable
     */
    static RegistryClientConfig from(Configuration configuration) {
        Section section = configuration.section(OPTIONS.section());
        String host = section.get(HOST);
        Optional<Path> authorities = section.find(AUTHORITIES);
        int seconds = section.get(TIMEOUT);
        return new RegistryClientConfig(
                section.get(DATA_API).equals(REMOTE),
                URI.create(section.get(PROTOCOL) + "://" + (host.contains(":") ? "[" + host + "]" : host) + ":"
                        + section.get(PORT) + "/rpc"),
                seconds == 0 ? VERY_LONG : Duration.ofSeconds(seconds),
                new TlsConfig(authorities, section.find(CERTIFICATE), section.find(KEY), !section.get(INSECURE)));
    }
}
