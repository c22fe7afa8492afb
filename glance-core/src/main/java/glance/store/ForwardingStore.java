package glance.store;

import glance.auth.Caller;
import glance.image.ImageId;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A store in front of another: everything is the other's, unless a subclass does more. */
public abstract class ForwardingStore implements Store {
    private final Store store;

    protected ForwardingStore(Store store) {
        this.store = store;
    }

    /** The one behind. */
    protected final Store store() {
        return store;
    }

    @Override
    public final StoreId id() {
        return store.id();
    }

    @Override
    public final Set<String> schemes() {
        return store.schemes();
    }

    @Override
    public Map<String, @Nullable Object> properties() {
        return store.properties();
    }

    @Override
    public Set<Capability> capabilities() {
        return store.capabilities();
    }

    @Override
    public Set<StoreLocation> candidates(ImageId image) {
        return store.candidates(image);
    }

    @Override
    public boolean holds(StoreLocation location) {
        return store.holds(location);
    }

    @Override
    public StoreLocation current(StoreLocation location) {
        return store.current(location);
    }

    @Override
    public WriteSession<StoreLocation> create(ImageId image, OptionalLong size) throws StoreException {
        return store.create(image, size);
    }

    @Override
    public Payload open(StoreLocation location, ByteRange range) throws StoreException {
        return store.open(location, range);
    }

    @Override
    public Payload open(StoreLocation location) throws StoreException {
        return store.open(location);
    }

    @Override
    public long size(StoreLocation location) throws StoreException {
        return store.size(location);
    }

    @Override
    public boolean delete(StoreLocation location) throws StoreException {
        return store.delete(location);
    }

    @Override
    public int sweep() throws StoreException {
        return store.sweep();
    }

    @Override
    public Health health() {
        return store.health();
    }

    @Override
    public <A> Optional<A> ability(Class<A> type) {
        return store.ability(type)
                .map(found -> found instanceof TenantStore tenant && type == TenantStore.class
                        ? type.cast(new Fronted(tenant))
                        : found);
    }

    /** What stands before the store behind while that acts for a caller; nothing, unless a subclass says more. */
    protected Store before(Store acting) {
        return acting;
    }

    /** The store behind as it acts for callers, with this one before it. */
    private final class Fronted implements TenantStore {
        private final TenantStore tenant;

        Fronted(TenantStore tenant) {
            this.tenant = tenant;
        }

        @Override
        public String serviceType() {
            return tenant.serviceType();
        }

        @Override
        public Store actingFor(Caller caller) {
            return before(tenant.actingFor(caller));
        }

        @Override
        public void share(Caller caller, StoreLocation location, Readers readers) throws StoreException {
            tenant.share(caller, location, readers);
        }
    }

    @Override
    public void close() {
        store.close();
    }
}
