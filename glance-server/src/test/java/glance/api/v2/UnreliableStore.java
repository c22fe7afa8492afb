package glance.api.v2;

import glance.image.ImageId;
import glance.store.ByteRange;
import glance.store.Capability;
import glance.store.Health;
import glance.store.Payload;
import glance.store.Store;
import glance.store.StoreException;
import glance.store.StoreId;
import glance.store.StoreLocation;
import glance.store.WriteSession;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A store that does what a test wants when an upload is committed: fail, or let something else happen first. */
final class UnreliableStore implements Store {
    private final Store store;
    volatile @Nullable StoreException failure;
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
        return store.capabilities();
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
