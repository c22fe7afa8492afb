package glance.fetch;

import glance.config.ConfigException;
import glance.config.Option;
import glance.config.OptionGroup;
import glance.config.Section;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * How far and how patiently users' URLs are followed.
 *
 * @param connect longest wait for a connection
 * @param idle longest wait for the next bytes
 */
public record FetchConfig(List<String> allowedNetworks, Duration connect, Duration idle) {
    static final Option<List<String>> ALLOWED_NETWORKS = Option.list("allowed_networks")
            .orElse(List.of())
            .help(
                    "Networks, as 10.1.0.0/16 or single addresses, that users' URLs may reach although they are this machine's own,"
                            + " link-local or otherwise closed.");
    static final Option<Integer> CONNECT_TIMEOUT = Option.integer("connect_timeout")
            .atLeast(1)
            .orElse(10)
            .help("Seconds a web server may take to accept a connection.");
    static final Option<Integer> IDLE_TIMEOUT =
            Option.integer("idle_timeout").atLeast(1).orElse(60).help("Seconds a web server may send nothing.");

    /** Section {@code fetch}; ours. */
    public static final OptionGroup OPTIONS = new OptionGroup(
            "fetch", "Requests to URLs that users name.", List.of(ALLOWED_NETWORKS, CONNECT_TIMEOUT, IDLE_TIMEOUT));

    public FetchConfig {
        allowedNetworks = List.copyOf(allowedNetworks);
    }

    /**
     * @throws ConfigException naming the network that is none
     */
    public static FetchConfig from(Section section) {
        FetchConfig config = new FetchConfig(
                section.get(ALLOWED_NETWORKS),
                Duration.ofSeconds(section.get(CONNECT_TIMEOUT)),
                Duration.ofSeconds(section.get(IDLE_TIMEOUT)));
        config.subnets();
        return config;
    }

    List<Subnet> subnets() {
        List<Subnet> subnets = new ArrayList<>();
        for (String network : allowedNetworks) {
            try {
                subnets.add(Subnet.parse(network));
            } catch (IllegalArgumentException malformed) {
                throw new ConfigException("option allowed_networks in [fetch]: '" + network
                        + "' is not a network; accepted: e.g. 10.1.0.0/16, fd00::/8, 127.0.0.1");
            }
        }
        return subnets;
    }
}
