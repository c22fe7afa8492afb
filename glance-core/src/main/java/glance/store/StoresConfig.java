package glance.store;

import glance.config.ConfigException;
import glance.config.Configuration;
import glance.config.Option;
import glance.config.OptionGroup;
import glance.config.Section;
import glance.store.Stores.Configured;
import glance.store.Stores.Mode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Builds the {@link Stores} from configuration, in either mode. */
public final class StoresConfig {
    private static final Logger LOG = LoggerFactory.getLogger(StoresConfig.class);
    private static final String SECTION = "glance_store";
    private static final String DEFAULTS_SECTION = "backend_defaults";

    static final Option<Map<String, String>> ENABLED_BACKENDS = Option.pairs("enabled_backends")
            .orElse(Map.of())
            .help(
                    "Stores as id:type, comma-separated; each is configured in the section [id]. Empty: one store, [glance_store].");
    static final Option<String> DEFAULT_BACKEND =
            Option.text("default_backend").help("Id of the store that takes data when the request names none.");
    static final Option<List<String>> STORES = Option.list("stores")
            .formerly("DEFAULT", "known_stores")
            .orElse(List.of("file", "http"))
            .help("Store types, when enabled_backends is empty.");
    static final Option<String> DEFAULT_STORE = Option.text("default_store")
            .formerly("DEFAULT", "default_store")
            .orElse("file")
            .help("Scheme of the store that takes data, when enabled_backends is empty.");
    static final Option<String> DESCRIPTION =
            Option.text("store_description").help("Shown to clients that list the stores.");
    static final Option<Integer> WEIGHT =
            Option.integer("weight").orElse(0).help("Locations in stores of higher weight come first.");

    /** The option in {@code [DEFAULT]}. */
    public static final OptionGroup DEFAULT_OPTIONS =
            new OptionGroup("DEFAULT", "Where image data is stored.", List.of(ENABLED_BACKENDS));

    /** The options in {@code [glance_store]} that belong to no driver. */
    public static final OptionGroup STORE_OPTIONS =
            new OptionGroup(SECTION, "Where image data is stored.", List.of(DEFAULT_BACKEND, STORES, DEFAULT_STORE));

    /** The options every store has, whatever its driver; in {@code [glance_store]} or the store's own section. */
    public static final OptionGroup EVERY_STORE_OPTIONS =
            new OptionGroup(SECTION, "Every store.", List.of(DESCRIPTION, WEIGHT));

    /** Former and long names of store types. */
    private static final Map<String, String> ALIASES = Map.of(
            "filesystem", "file",
            "https", "http",
            "glance.store.filesystem.Store", "file",
            "glance.store.http.Store", "http",
            "glance.store.swift.Store", "swift",
            "glance.store.rbd.Store", "rbd",
            "glance.store.s3.Store", "s3",
            "glance.store.cinder.Store", "cinder",
            "glance.store.vmware_datastore.Store", "vmware");

    private final Map<String, StoreDriver> drivers = new HashMap<>();
    private final Front front;

    /** Puts something before a store, e.g. what measures it. */
    @FunctionalInterface
    public interface Front {
        /** Nothing before any store. */
        Front NONE = (_, store) -> store;

        Store before(StoreDriver driver, Store store);
    }

    /**
     * @param front what stands before every store
     */
    public StoresConfig(List<StoreDriver> drivers, Front front) {
        drivers.forEach(driver -> this.drivers.put(driver.type(), driver));
        this.front = front;
    }

    /**
     * @throws ConfigException when the default store is missing, an id is reserved or a type is not in this build
     */
    public Stores open(Configuration configuration) {
        Map<String, String> enabled = configuration.section("DEFAULT").get(ENABLED_BACKENDS);
        return enabled.isEmpty() ? openSingle(configuration) : openMulti(configuration, enabled);
    }

    private Stores openSingle(Configuration configuration) {
        Section section = configuration.section(SECTION);
        List<Configured> stores = new ArrayList<>();
        for (String name : section.get(STORES).stream()
                .map(one -> ALIASES.getOrDefault(one, one))
                .distinct()
                .toList()) {
            StoreDriver driver = drivers.get(name);
            if (driver != null) {
                stores.add(
                        new Configured(front.before(driver, driver.open(new StoreId(name), section)), name, null, 0));
            } else {
                LOG.warn("store type is not in this build and left out type={}", name);
            }
        }
        String scheme = section.get(DEFAULT_STORE);
        StoreId defaultStore = stores.stream()
                .map(Configured::store)
                .filter(store -> store.schemes().contains(scheme))
                .map(Store::id)
                .findFirst()
                .orElseThrow(() -> new ConfigException("option default_store in [" + SECTION + "]: no store for '"
                        + scheme + "' among stores = " + String.join(",", section.get(STORES))));
        return new Stores(stores, defaultStore, Mode.SINGLE);
    }

    private Stores openMulti(Configuration configuration, Map<String, String> enabled) {
        List<Configured> stores = new ArrayList<>();
        enabled.forEach((id, type) -> stores.add(openOne(configuration, id, ALIASES.getOrDefault(type, type))));
        String defaultId = configuration
                .section(SECTION)
                .find(DEFAULT_BACKEND)
                .orElseThrow(() -> new ConfigException("option default_backend in [" + SECTION
                        + "] is not set; accepted: one of " + String.join(", ", enabled.keySet())));
        if (stores.stream().noneMatch(one -> one.store().id().value().equals(defaultId))) {
            throw new ConfigException("option default_backend in [" + SECTION + "]: there is no store '" + defaultId
                    + "'; accepted: one of " + String.join(", ", enabled.keySet()));
        }
        return new Stores(stores, new StoreId(defaultId), Mode.MULTI);
    }

    private Configured openOne(Configuration configuration, String id, String type) {
        if (id.startsWith(Stores.RESERVED_PREFIX)) {
            throw new ConfigException("option enabled_backends in [DEFAULT]: store id '" + id
                    + "' is reserved; accepted: ids that do not start with " + Stores.RESERVED_PREFIX);
        }
        Section section = configuration.section(id, DEFAULTS_SECTION);
        StoreDriver driver = drivers.get(type);
        if (driver == null) {
            throw new ConfigException("option enabled_backends in [DEFAULT]: store '" + id + "' has type '" + type
                    + "', which is not in this build; accepted: " + String.join(", ", drivers.keySet()));
        }
        return new Configured(
                front.before(driver, driver.open(new StoreId(id), section)),
                type,
                section.find(DESCRIPTION).orElse(null),
                section.get(WEIGHT));
    }
}
