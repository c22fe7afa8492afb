package glance.store.http;

import glance.config.ConfigException;
import glance.config.Option;
import glance.config.OptionGroup;
import glance.config.Section;
import glance.fetch.FetchConfig;
import glance.fetch.Fetcher;
import glance.fetch.Proxy;
import glance.http.client.TlsConfig;
import glance.store.Store;
import glance.store.StoreDriver;
import glance.store.StoreId;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Builds the stores that read from web servers. */
public final class HttpStoreDriver implements StoreDriver {
    static final Option<String> CA_FILE = Option.text("https_ca_certificates_file")
            .help(
                    "PEM file of the authorities that https servers are checked against; https_insecure is ignored then.");
    static final Option<Boolean> INSECURE = Option.flag("https_insecure")
            .orElse(true)
            .help("Whether https servers are not checked. Upstream's default; set it to false.");

    static final Option<Map<String, String>> PROXIES = Option.pairs("http_proxy_information")
            .orElse(Map.of())
            .secret()
            .help(
                    "Proxies by the scheme of the URLs asked for from them: http:host:port,https:user:password@host:port.");

    /** The driver's options where there is one store. */
    public static final OptionGroup OPTIONS = group("glance_store");

    private final FetchConfig fetching;

    public HttpStoreDriver(FetchConfig fetching) {
        this.fetching = fetching;
    }

    private static OptionGroup group(String section) {
        return new OptionGroup(section, "Data on web servers, read only.", List.of(CA_FILE, INSECURE, PROXIES));
    }

    @Override
    public String type() {
        return "http";
    }

    @Override
    public Reach reach() {
        return Reach.ANYWHERE;
    }

    @Override
    public OptionGroup options(String section) {
        return group(section);
    }

    /**
     * @throws ConfigException when the authorities cannot be read, or a proxy is none
     */
    @Override
    public Store open(StoreId id, Section section) {
        Optional<Path> authorities = section.find(CA_FILE).map(Path::of);
        TlsConfig tls = new TlsConfig(
                authorities, Optional.empty(), Optional.empty(), authorities.isPresent() || !section.get(INSECURE));
        Map<String, Proxy> proxies = proxies(section);
        Supplier<Fetcher> fetcher = () -> new Fetcher(fetching, tls, proxies);
        HttpStore store = new HttpStore(id, fetcher);
        if (authorities.isPresent()) {
            store.fetcher(); // a bad file stops the start and not the first download
        }
        return store;
    }

    private static Map<String, Proxy> proxies(Section section) {
        Map<String, Proxy> proxies = new LinkedHashMap<>();
        section.get(PROXIES).forEach((scheme, text) -> {
            String option = "option " + PROXIES.name() + " in [" + section.name() + "]: ";
            if (!scheme.equals("http") && !scheme.equals("https")) {
                throw new ConfigException(option + "'" + scheme + "' is no scheme; accepted: http, https");
            }
            try {
                proxies.put(scheme, Proxy.parse(text));
            } catch (IllegalArgumentException none) {
                throw new ConfigException(option + "the value for " + scheme + " is " + none.getMessage());
            }
        });
        return proxies;
    }
}
