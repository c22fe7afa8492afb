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
public record FetchConfig(
        List<String> allowedNetworks, List<String> disallowedNetworks, Duration connect, Duration idle) {
    static final Option<List<String>> ALLOWED_NETWORKS = Option.list("allowed_networks")
            .orElse(List.of())
            .help(
                    "Networks, as 10.1.0.0/16 or single addresses, that users' URLs may reach although they are this machine's own,"
                            + " link-local or otherwise closed.");
    static final Option<List<String>> DISALLOWED_NETWORKS = Option.list("disallowed_networks")
            .orElse(List.of())
            .help(
                    "Networks that users' URLs may not reach, e.g. 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, fc00::/7; private"
                            + " networks are open otherwise. What allowed_networks lists stays open.");
    static final Option<Integer> CONNECT_TIMEOUT = Option.integer("connect_timeout")
            .atLeast(1)
            .orElse(10)
            .help("Seconds a web server may take to accept a connection.");
    static final Option<Integer> IDLE_TIMEOUT =
            Option.integer("idle_timeout").atLeast(1).orElse(60).help("Seconds a web server may send nothing.");

    /** Section {@code fetch}; ours. */
    public static final OptionGroup OPTIONS = new OptionGroup(
            "fetch",
            "Requests to URLs that users name.",
            List.of(ALLOWED_NETWORKS, DISALLOWED_NETWORKS, CONNECT_TIMEOUT, IDLE_TIMEOUT));

    public FetchConfig {
        allowedNetworks = List.copyOf(allowedNetworks);
        disallowedNetworks = List.copyOf(disallowedNetworks);
    }

    /** With no network closed that is not closed by its kind. */
    public FetchConfig(List<String> allowedNetworks, Duration connect, Duration idle) {
        this(allowedNetworks, List.of(), connect, idle);
    }

    /**
     * @throws ConfigException naming the network that is none
     */
    public static FetchConfig from(Section section) {
        FetchConfig config = new FetchConfig(
                section.get(ALLOWED_NETWORKS),
                section.get(DISALLOWED_NETWORKS),
                Duration.ofSeconds(section.get(CONNECT_TIMEOUT)),
                Duration.ofSeconds(section.get(IDLE_TIMEOUT)));
        var _ = config.allowed();
        var _ = config.disallowed();
        return config;
    }

    List<Subnet> allowed() {
        return subnets(ALLOWED_NETWORKS.name(), allowedNetworks);
    }

    List<Subnet> disallowed() {
        return subnets(DISALLOWED_NETWORKS.name(), disallowedNetworks);
    }

    private static List<Subnet> subnets(String option, List<String> networks) {
        List<Subnet> subnets = new ArrayList<>();
        for (String network : networks) {
            try {
                subnets.add(Subnet.parse(network));
            } catch (IllegalArgumentException malformed) {
                throw new ConfigException("option " + option + " in [fetch]: '" + network
                        + "' is not a network; accepted: e.g. 10.1.0.0/16, fd00::/8, 127.0.0.1");
            }
        }
        return subnets;
    }
}
