package glance.store;

import glance.auth.Caller;
import glance.error.GlanceException;
import glance.image.DataIntent;
import glance.image.ImageId;
import glance.image.ImageLocation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The configured stores: which is the default, which one holds a location. Immutable and thread-safe. */
public final class Stores implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Stores.class);

    /** The key of the location's metadata that names its store, in multi-store mode. */
    public static final String STORE_KEY = "store";

    /** {@link #STORE_KEY} as Rocky and Stein wrote it. */
    private static final String FORMER_STORE_KEY = "backend";

    /** Ids of internal stores start like this; clients cannot name them. */
    static final String RESERVED_PREFIX = "os_glance_";

    /** Where data waits that is imported; its directory is shared with nothing else. */
    public static final StoreId STAGING_STORE = new StoreId(RESERVED_PREFIX + "staging_store");

    /** Where tasks keep their files. */
    public static final StoreId TASKS_STORE = new StoreId(RESERVED_PREFIX + "tasks_store");

    private final Map<StoreId, Configured> byId = new LinkedHashMap<>();
    private final Map<StoreId, Store> reserved = new LinkedHashMap<>();
    private final Map<StoreId, TenantStore> tenants = new HashMap<>();
    private final StoreId defaultStore;
    private final Mode mode;

    /** How stores are configured and told apart. */
    public enum Mode {
        /** {@code [glance_store] stores}: locations do not name their store, requests cannot choose one. */
        SINGLE,
        /** {@code [DEFAULT] enabled_backends}: every store has an id. */
        MULTI
    }

    /**
     * A store and what its section says about it.
     *
     * @param type the driver's, e.g. {@code file}
     * @param weight locations in stores of higher weight come first
     */
    public record Configured(
            Store store, String type, @Nullable String description, int weight) {}

    /**
     * @param stores in configured order
     * @throws IllegalArgumentException when the default is not among them
     */
    public Stores(List<Configured> stores, StoreId defaultStore, Mode mode) {
        this(stores, defaultStore, mode, List.of());
    }

    /**
     * @param stores in configured order
     * @param reserved internal stores, which clients neither see nor name and which hold no image's location
     * @throws IllegalArgumentException when the default is not among the former
     */
    public Stores(List<Configured> stores, StoreId defaultStore, Mode mode, List<Store> reserved) {
        reserved.forEach(one -> this.reserved.put(one.id(), one));
        stores.forEach(one -> byId.put(one.store().id(), one));
        stores.forEach(one -> one.store()
                .ability(TenantStore.class)
                .ifPresent(tenant -> tenants.put(one.store().id(), tenant)));
        if (!byId.containsKey(defaultStore)) {
            throw new IllegalArgumentException("default store '" + defaultStore + "' is not configured");
        }
        this.defaultStore = defaultStore;
        this.mode = mode;
    }

    /** One store, which is the default: for single-store mode and tests. */
    public static Stores of(Store only) {
        return new Stores(List.of(new Configured(only, only.id().value(), null, 0)), only.id(), Mode.SINGLE);
    }

    /** In configured order. */
    public List<Configured> all() {
        return List.copyOf(byId.values());
    }

    public Mode mode() {
        return mode;
    }

    public StoreId defaultStore() {
        return defaultStore;
    }

    /** The store of that id, be it a reserved one. */
    public Optional<Store> find(StoreId id) {
        return configured(id).map(Configured::store).or(() -> Optional.ofNullable(reserved.get(id)));
    }

    /** The store of that id among those clients see. */
    public Optional<Configured> configured(StoreId id) {
        return Optional.ofNullable(byId.get(id));
    }

    /** Internal stores: {@link #STAGING_STORE} and {@link #TASKS_STORE} in multi-store mode, else none. */
    public List<Store> reserved() {
        return List.copyOf(reserved.values());
    }

    /**
     * These stores as they serve {@code caller}: those that keep data in callers' own accounts act with his rights. Made
     * for one request, and not to be closed.
     */
    public Stores actingFor(Caller caller) {
        if (tenants.isEmpty()) {
            return this;
        }
        List<Configured> acting = byId.values().stream()
                .map(one -> {
                    TenantStore tenant = tenants.get(one.store().id());
                    return tenant == null
                            ? one
                            : new Configured(tenant.actingFor(caller), one.type(), one.description(), one.weight());
                })
                .toList();
        return new Stores(acting, defaultStore, mode, reserved());
    }

    /** The store's ability to work with the rights of whoever asks, if it is one that has it. */
    public Optional<TenantStore> tenant(StoreId id) {
        return Optional.ofNullable(tenants.get(id));
    }

    /** Types of the services that must be in callers' catalogs for some store to act for them. */
    public Set<String> serviceTypes() {
        return tenants.values().stream().map(TenantStore::serviceType).collect(Collectors.toUnmodifiableSet());
    }

    /**
     * The store a request asks for, else the default one. In single-store mode the wish is ignored.
     *
     * @throws GlanceException.InvalidRequest when there is no such store
     * @throws GlanceException.Gone when it does not take data
     */
    public Store writable(Optional<StoreId> wish) {
        StoreId id = mode == Mode.MULTI ? wish.orElse(defaultStore) : defaultStore;
        Configured found = byId.get(id);
        if (found == null || id.value().startsWith(RESERVED_PREFIX)) {
            throw new GlanceException.InvalidRequest("there is no store '" + id + "'");
        }
        if (!found.store().capabilities().contains(Capability.WRITE)) {
            throw new GlanceException.Gone("store '" + id + "' does not take image data");
        }
        return found.store();
    }

    /** The store that holds a recorded location: the one it names, else the first whose place it is in. */
    public Optional<Store> holding(StoreLocation location) {
        Store named = mode == Mode.MULTI ? namedIn(location) : null;
        if (named != null) {
            return Optional.of(named);
        }
        return byId.values().stream()
                .map(Configured::store)
                .filter(store -> store.holds(location))
                .findFirst()
                .or(() -> onlyOneOf(location.scheme()));
    }

    /** The store a location names, if there is one and such URLs are its own: a client may have written any name. */
    private @Nullable Store namedIn(StoreLocation location) {
        String name = named(location);
        Configured found = name == null ? null : byId.get(new StoreId(name));
        return found != null && found.store().schemes().contains(location.scheme()) ? found.store() : null;
    }

    /** A location in a place no store is configured for any more: readable all the same if only one store knows how. */
    private Optional<Store> onlyOneOf(String scheme) {
        List<Store> able = byId.values().stream()
                .map(Configured::store)
                .filter(store -> store.schemes().contains(scheme))
                .toList();
        return able.size() == 1 ? Optional.of(able.getFirst()) : Optional.empty();
    }

    /** The ids of the stores that hold an image's data, in the order of {@link #inOrder}; none in single-store mode. */
    public List<String> idsOf(List<ImageLocation> locations) {
        if (mode == Mode.SINGLE) {
            return List.of();
        }
        return inOrder(locations).stream()
                .map(location -> named(current(location.at())))
                .filter(Objects::nonNull)
                .toList();
    }

    /**
     * The location as it is recorded today. What older releases wrote is brought up to date: a location that names no
     * store, or one that is not configured any more, gets the store whose place it is in; one that names it under the
     * former key gets the present one; and its store has the last word ({@link Store#current}).
     */
    public StoreLocation current(StoreLocation location) {
        StoreLocation rewritten =
                holding(location).map(store -> store.current(location)).orElse(location);
        if (mode == Mode.SINGLE) {
            return rewritten;
        }
        Store named = namedIn(rewritten);
        if (named != null) {
            return rewritten.metadata().containsKey(STORE_KEY)
                    ? rewritten
                    : labelled(rewritten, named.id().value());
        }
        return byId.values().stream()
                .map(Configured::store)
                .filter(store -> store.holds(rewritten))
                .findFirst()
                .map(store -> labelled(rewritten, store.id().value()))
                .orElse(rewritten);
    }

    /** The active locations as {@link #current}, in the order of {@link #inOrder}. */
    public List<ImageLocation> shown(List<ImageLocation> locations) {
        return inOrder(locations).stream()
                .map(location -> new ImageLocation(location.id(), current(location.at()), location.status()))
                .toList();
    }

    private static StoreLocation labelled(StoreLocation location, String store) {
        Map<String, Object> metadata = new LinkedHashMap<>(location.metadata());
        metadata.remove(FORMER_STORE_KEY);
        metadata.put(STORE_KEY, store);
        return new StoreLocation(location.url(), metadata);
    }

    private static @Nullable String named(StoreLocation location) {
        Object name =
                location.metadata().getOrDefault(STORE_KEY, location.metadata().get(FORMER_STORE_KEY));
        return name instanceof String text && !text.isEmpty() ? text : null;
    }

    /** A location as it is to be recorded: in multi-store mode it names its store. */
    public StoreLocation recorded(Store store, StoreLocation location) {
        if (mode == Mode.SINGLE) {
            return location;
        }
        Map<String, Object> metadata = new LinkedHashMap<>(location.metadata());
        metadata.put(STORE_KEY, store.id().value());
        return new StoreLocation(location.url(), metadata);
    }

    /** The active locations in the order they are shown and tried: by weight, then as recorded. */
    public List<ImageLocation> inOrder(List<ImageLocation> locations) {
        List<ImageLocation> active = new ArrayList<>(locations);
        active.removeIf(location -> !location.status().equals(ImageLocation.ACTIVE));
        if (mode == Mode.MULTI) {
            active.sort(Comparator.comparingInt(this::weight).reversed());
        }
        return active;
    }

    private int weight(ImageLocation location) {
        return holding(location.at())
                .map(store -> byId.get(store.id()))
                .map(Configured::weight)
                .orElse(0);
    }

    /** The journal entry for giving up {@code location}; null when no configured store holds it. */
    public @Nullable DataIntent discard(ImageId image, ImageLocation location, String worker) {
        return holding(location.at())
                .map(store -> new DataIntent(image, store.id(), location.at().url(), DataIntent.Kind.DISCARD, worker))
                .orElse(null);
    }

    @Override
    public void close() {
        byId.values().forEach(one -> close(one.store()));
        reserved.values().forEach(Stores::close);
    }

    /** What one store cannot let go does not keep the others open. */
    private static void close(Store store) {
        try {
            store.close();
        } catch (RuntimeException failure) {
            LOG.warn("store not closed store={}", store.id(), failure);
        }
    }
}
