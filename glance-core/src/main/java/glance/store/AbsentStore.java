package glance.store;

import glance.image.ImageId;
import java.util.OptionalLong;
import java.util.Set;

/**
 * A configured store that this process cannot use, because its type is not built in or its configuration is bad. It is
 * known by name, so that images with data there are listed, shown and deleted; whatever needs the data is told that the
 * store is not available. It does not take data, and what is to be deleted from it stays owed in the journal.
 */
final class AbsentStore implements Store {
    private final StoreId id;
    private final Set<String> schemes;
    private final String reason;

    /** @param reason why it cannot be used; names no secret */
    AbsentStore(StoreId id, Set<String> schemes, String reason) {
        this.id = id;
        this.schemes = Set.copyOf(schemes);
        this.reason = reason;
    }

    @Override
    public StoreId id() {
        return id;
    }

    @Override
    public Set<String> schemes() {
        return schemes;
    }

    /** Nothing that does not name it: its places are not known, and what is taken for its own is recorded so for good. */
    @Override
    public boolean holds(StoreLocation location) {
        return false;
    }

    /** What such a store could do, but for taking data. */
    @Override
    public Set<Capability> capabilities() {
        return Set.of(Capability.READ, Capability.DELETE);
    }

    @Override
    public Set<StoreLocation> candidates(ImageId image) {
        return Set.of();
    }

    @Override
    public WriteSession<StoreLocation> create(ImageId image, OptionalLong size) throws StoreException {
        throw new StoreException.Unsupported("store " + id + " is not available: " + reason);
    }

    @Override
    public Payload open(StoreLocation location, ByteRange range) throws StoreException {
        throw unavailable();
    }

    @Override
    public long size(StoreLocation location) throws StoreException {
        throw unavailable();
    }

    @Override
    public boolean delete(StoreLocation location) throws StoreException {
        throw unavailable();
    }

    private StoreException unavailable() {
        return new StoreException.Unavailable("store " + id + " is not available: " + reason, null);
    }

    @Override
    public int sweep() {
        return 0;
    }

    /** Up: it will not come back by itself, so taking this worker out of rotation would help nobody. */
    @Override
    public Health health() {
        return new Health(true, "not available: " + reason);
    }

    @Override
    public void close() {
        // Nothing is held.
    }
}
