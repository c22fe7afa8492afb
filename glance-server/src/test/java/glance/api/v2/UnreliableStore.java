package glance.api.v2;

import glance.image.ImageId;
import glance.store.ByteRange;
import glance.store.Capability;
import glance.store.Health;
import glance.store.Lender;
import glance.store.Payload;
import glance.store.Store;
import glance.store.StoreException;
import glance.store.StoreId;
import glance.store.StoreLocation;
import glance.store.WriteSession;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.EnumSet;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A store that does what a test wants when an upload is committed: fail, or let something else happen first. Its data may be
 * in use too.
 */
final class UnreliableStore implements Store, Lender {
    private final Store store;
    volatile @Nullable StoreException failure;
    /** Why data is not to be removed, or cannot be asked for. */
    volatile @Nullable StoreException refusal;

    /** What was reclaimed and not lent again. */
    final Set<String> reclaimed = ConcurrentHashMap.newKeySet();

    volatile Runnable beforeCommit = () -> {};

    UnreliableStore(Store store) {
        this.store = store;
    }

    @Override
    public WriteSession<StoreLocation> create(ImageId image, OptionalLong size) throws StoreException {
        return new Session(store.create(image, size));
    }

    private final class Session implements WriteSession<StoreLocation> {
        private final WriteSession<StoreLocation> session;

        Session(WriteSession<StoreLocation> session) {
            this.session = session;
        }

        @Override
        public StoreLocation commit() throws IOException {
            beforeCommit.run();
            StoreException failed = failure;
            if (failed != null) {
                throw failed;
            }
            return session.commit();
        }

        @Override
        public int write(ByteBuffer source) throws IOException {
            return session.write(source);
        }

        @Override
        public boolean isOpen() {
            return session.isOpen();
        }

        @Override
        public void close() throws IOException {
            session.close();
        }
    }

    @Override
    public void reclaim(StoreLocation location) throws StoreException {
        StoreException refused = refusal;
        if (refused != null) {
            throw refused;
        }
        reclaimed.add(location.url());
    }

    @Override
    public void lendAgain(StoreLocation location) {
        reclaimed.remove(location.url());
    }

    @Override
    public StoreId id() {
        return store.id();
    }

    @Override
    public Set<String> schemes() {
        return store.schemes();
    }

    @Override
    public Map<String, @Nullable Object> properties() {
        return store.properties();
    }

    @Override
    public Set<Capability> capabilities() {
        Set<Capability> able = EnumSet.copyOf(store.capabilities());
        able.add(Capability.IN_USE);
        return able;
    }

    @Override
    public Set<StoreLocation> candidates(ImageId image) {
        return store.candidates(image);
    }

    @Override
    public Payload open(StoreLocation location, ByteRange range) throws StoreException {
        return store.open(location, range);
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
    public void close() {
        store.close();
    }
}
