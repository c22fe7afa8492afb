package glance.store.swift;

import glance.auth.Caller;
import glance.image.ImageId;
import glance.store.ForwardingStore;
import glance.store.Health;
import glance.store.Readers;
import glance.store.Reconfigurable;
import glance.store.Store;
import glance.store.StoreException;
import glance.store.StoreLocation;
import glance.store.TenantStore;
import glance.store.WriteSession;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Images in the accounts of those who upload them, a container each, read and written with the caller's token. Swift itself
 * lets other projects read, by the container's list. Behind this is what the service can do without a caller.
 */
final class SwiftTenantStore extends ForwardingStore implements TenantStore {
    private static final Logger LOG = LoggerFactory.getLogger(SwiftTenantStore.class);

    /** Members are free text; a comma or colon in one would add others to the list. */
    private static final Pattern PROJECT = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9_.-]*");

    private final SwiftStore service;
    private final SwiftConfig config;
    private final ServicePlaces places;

    /**
     * @param service reaches data by the service's own rights
     * @param places where locations with credentials lead
     */
    SwiftTenantStore(SwiftStore service, SwiftConfig config, ServicePlaces places) {
        super(service);
        this.service = service;
        this.config = config;
        this.places = places;
    }

    @Override
    public <A> Optional<A> ability(Class<A> type) {
        // No inventory: nobody can list all projects' accounts.
        if (type == TenantStore.class) {
            return Optional.of(type.cast(this));
        }
        return type == Reconfigurable.class ? service.ability(type) : Optional.empty();
    }

    @Override
    public String serviceType() {
        return config.catalog().type();
    }

    @Override
    public Store actingFor(Caller caller) {
        return new Acting(actingStore(caller));
    }

    private SwiftStore actingStore(Caller caller) {
        return service.reaching(new TenantPlaces(config, TenantRights.of(caller, config, places), places));
    }

    @Override
    public void share(Caller caller, StoreLocation location, Readers readers) throws StoreException {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("X-Container-Read", list(readers));
        headers.put("X-Container-Write", TenantPlaces.writers(config));
        actingStore(caller).describe(location, headers);
    }

    private static String list(Readers readers) {
        return switch (readers) {
            case Readers.Everybody _ -> "*:*";
            case Readers.Projects projects ->
                projects.ids().stream()
                        .filter(SwiftTenantStore::isProject)
                        .map(project -> project + ":*")
                        .collect(Collectors.joining(","));
        };
    }

    private static boolean isProject(String member) {
        boolean project = PROJECT.matcher(member).matches();
        if (!project) {
            LOG.warn("member is no project id and does not get to read from the store");
        }
        return project;
    }

    @Override
    public Set<StoreLocation> candidates(ImageId image) {
        return Set.of();
    }

    @Override
    public WriteSession<StoreLocation> create(ImageId image, OptionalLong size) throws StoreException {
        throw new StoreException.Denied("store '" + id() + "' takes data only from a caller with a token", null);
    }

    /** Whether projects' accounts work is seen when one is used: the service has none. */
    @Override
    public Health health() {
        return Health.ok();
    }

    /** For one request. */
    private static final class Acting extends ForwardingStore {
        Acting(Store store) {
            super(store);
        }

        @Override
        public <A> Optional<A> ability(Class<A> type) {
            return Optional.empty();
        }

        @Override
        public void close() {
            // Connections are all callers'.
        }
    }
}
