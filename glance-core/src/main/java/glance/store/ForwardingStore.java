package glance.store;

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
        return store.ability(type);
    }

    @Override
    public void close() {
        store.close();
    }
}
