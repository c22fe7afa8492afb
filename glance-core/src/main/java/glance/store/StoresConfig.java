package glance.store;

import glance.config.ConfigException;
import glance.config.Configuration;
import glance.config.Option;
import glance.config.OptionGroup;
import glance.config.Section;
import glance.store.Stores.Configured;
import glance.store.Stores.Mode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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

    /** Types whose stores are known and not available, with the schemes of their locations. */
    private static final Map<String, Set<String>> NOT_BUILT =
            Map.of("cinder", Set.of("cinder"), "vmware", Set.of("vsphere"));

    /** The schemes of types that have several: locations in a store that could not be opened are still its own. */
    private static final Map<String, Set<String>> SCHEMES = Map.of(
            "file", Set.of("file", "filesystem"),
            "http", Set.of("http", "https"),
            "swift", Set.of("swift", "swift+http", "swift+https", "swift+config"),
            "s3", Set.of("s3", "s3+http", "s3+https"));

    /** Asked only whether they are set: the options are the file driver's. */
    private static final Option<String> RESERVED_DATADIR = Option.text("filesystem_store_datadir");

    private static final Option<List<String>> RESERVED_DATADIRS = Option.repeated("filesystem_store_datadirs");

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
     * @throws ConfigException when the default store is missing or an id is reserved
     */
    public Stores open(Configuration configuration) {
        Map<String, String> enabled = configuration.section("DEFAULT").get(ENABLED_BACKENDS);
        return enabled.isEmpty() ? openSingle(configuration) : openMulti(configuration, enabled);
    }

    /** Whether there are several stores, asked of {@code [DEFAULT]}. */
    public static boolean hasSeveral(Section defaults) {
        return !defaults.get(ENABLED_BACKENDS).isEmpty();
    }

    /** How many stores of these types are configured. */
    public static int count(Configuration configuration, Set<String> types) {
        Map<String, String> enabled = configuration.section("DEFAULT").get(ENABLED_BACKENDS);
        Collection<String> names =
                enabled.isEmpty() ? configuration.section(SECTION).get(STORES) : enabled.values();
        return (int) names.stream()
                .filter(name -> types.contains(ALIASES.getOrDefault(name, name)))
                .count();
    }

    private Stores openSingle(Configuration configuration) {
        Section section = configuration.section(SECTION);
        List<Configured> stores = new ArrayList<>();
        for (String name : section.get(STORES).stream()
                .map(one -> ALIASES.getOrDefault(one, one))
                .distinct()
                .toList()) {
            open(new StoreId(name), name, section).ifPresent(store -> stores.add(new Configured(store, name, null, 0)));
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
        enabled.keySet().forEach(StoresConfig::requireUsableId);
        String known = String.join(", ", enabled.keySet());
        String defaultId = configuration
                .section(SECTION)
                .find(DEFAULT_BACKEND)
                .orElseThrow(() -> new ConfigException(
                        "option default_backend in [" + SECTION + "] is not set; accepted: one of " + known));
        List<Configured> stores = new ArrayList<>();
        enabled.forEach((id, named) -> {
            String type = ALIASES.getOrDefault(named, named);
            Section section = configuration.section(id, DEFAULTS_SECTION);
            open(new StoreId(id), type, section)
                    .ifPresent(store -> stores.add(new Configured(
                            store, type, section.find(DESCRIPTION).orElse(null), section.get(WEIGHT))));
        });
        if (stores.stream().noneMatch(one -> one.store().id().value().equals(defaultId))) {
            throw new ConfigException("option default_backend in [" + SECTION + "]: there is no store '" + defaultId
                    + "'; accepted: one of "
                    + stores.stream().map(one -> one.store().id().value()).collect(Collectors.joining(", ")));
        }
        List<Store> reserved = Stream.of(Stores.STAGING_STORE, Stores.TASKS_STORE)
                .flatMap(id -> open(id, "file", reservedSection(configuration, id.value())).stream())
                .toList();
        return new Stores(stores, new StoreId(defaultId), Mode.MULTI, reserved);
    }

    /** Hands {@code stores}, opened from an earlier state of the same files, the options that a reload applies. */
    public static void reconfigure(Stores stores, Configuration configuration) {
        for (Configured one : stores.all()) {
            Store store = one.store();
            Section section = stores.mode() == Mode.SINGLE
                    ? configuration.section(SECTION)
                    : configuration.section(store.id().value(), DEFAULTS_SECTION);
            store.ability(Reconfigurable.class).ifPresent(able -> {
                try {
                    able.reconfigure(section);
                } catch (ConfigException bad) {
                    LOG.error("store keeps its former settings store={} reason={}", store.id(), bad.getMessage());
                }
            });
        }
    }

    private static void requireUsableId(String id) {
        if (id.isEmpty() || id.startsWith(Stores.RESERVED_PREFIX)) {
            throw new ConfigException("option enabled_backends in [DEFAULT]: store id '" + id
                    + "' is reserved; accepted: ids that do not start with " + Stores.RESERVED_PREFIX);
        }
    }

    /** Its own section alone counts, and the directory is named after the store unless it is said. */
    private static Section reservedSection(Configuration configuration, String id) {
        Section section = configuration.section(id);
        if (section.isSet(RESERVED_DATADIR) || section.isSet(RESERVED_DATADIRS)) {
            return section;
        }
        return configuration
                .with(id, Map.of(RESERVED_DATADIR.name(), "/var/lib/glance/" + id), "default of reserved store " + id)
                .section(id);
    }

    /** One store, nothing when no driver knows its type. One that cannot be used is there and says so when asked. */
    private Optional<Store> open(StoreId id, String type, Section section) {
        Set<String> foreign = NOT_BUILT.get(type);
        if (foreign != null) {
            LOG.warn("store is not available, its type is not in this build store={} type={}", id, type);
            return Optional.of(new AbsentStore(id, foreign, "stores of type " + type + " are not in this build"));
        }
        StoreDriver driver = drivers.get(type);
        if (driver == null) {
            LOG.warn("store is left out, its type is unknown store={} type={}", id, type);
            return Optional.empty();
        }
        try {
            return Optional.of(front.before(driver, driver.open(id, section)));
        } catch (ConfigException bad) {
            LOG.warn(
                    "store is not available, its configuration is bad store={} type={} reason={}",
                    id,
                    type,
                    bad.getMessage());
            return Optional.of(new AbsentStore(id, SCHEMES.getOrDefault(type, Set.of(type)), "bad configuration"));
        }
    }
}
