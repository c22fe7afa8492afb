package glance.store.http;

import glance.config.Option;
import glance.config.OptionGroup;
import glance.config.Section;
import glance.fetch.FetchConfig;
import glance.fetch.Fetcher;
import glance.http.client.TlsConfig;
import glance.store.Store;
import glance.store.StoreDriver;
import glance.store.StoreId;
import java.nio.file.Path;
import java.util.List;
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

    /** The driver's options where there is one store. */
    public static final OptionGroup OPTIONS = group("glance_store");

    private final FetchConfig fetching;

    public HttpStoreDriver(FetchConfig fetching) {
        this.fetching = fetching;
    }

    private static OptionGroup group(String section) {
        return new OptionGroup(section, "Data on web servers, read only.", List.of(CA_FILE, INSECURE));
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
     * @throws glance.config.ConfigException when the authorities cannot be read
     */
    @Override
    public Store open(StoreId id, Section section) {
        Optional<Path> authorities = section.find(CA_FILE).map(Path::of);
        TlsConfig tls = new TlsConfig(
                authorities, Optional.empty(), Optional.empty(), authorities.isPresent() || !section.get(INSECURE));
        Supplier<Fetcher> fetcher = () -> new Fetcher(fetching, tls);
        HttpStore store = new HttpStore(id, fetcher);
        if (authorities.isPresent()) {
            store.fetcher(); // a bad file stops the start and not the first download
        }
        return store;
    }
}
