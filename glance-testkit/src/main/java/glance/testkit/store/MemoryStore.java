package glance.testkit.store;

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
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A store in the heap, for tests: keeps every promise of the port but durability. Locations are {@code memory://ID}. */
public final class MemoryStore implements Store {
    private static final String SCHEME = "memory";

    private final StoreId id;
    private final Map<String, byte[]> data = new ConcurrentHashMap<>();
    private final Set<Writing> writing = ConcurrentHashMap.newKeySet();

    public MemoryStore(StoreId id) {
        this.id = id;
    }

    /** URLs of everything stored. */
    public Set<String> urls() {
        return Set.copyOf(data.keySet());
    }

    /** Of data that is being written. */
    public int writes() {
        return writing.size();
    }

    @Override
    public StoreId id() {
        return id;
    }

    @Override
    public Set<String> schemes() {
        return Set.of(SCHEME);
    }

    @Override
    public Set<Capability> capabilities() {
        return EnumSet.of(Capability.READ, Capability.READ_RANGE, Capability.WRITE, Capability.DELETE);
    }

    @Override
    public Set<StoreLocation> candidates(ImageId image) {
        return Set.of(locationOf(image));
    }

    private StoreLocation locationOf(ImageId image) {
        return StoreLocation.of(SCHEME + "://" + id + "/" + image);
    }

    /** Several of these share a scheme. */
    @Override
    public boolean holds(StoreLocation location) {
        return location.url().startsWith(SCHEME + "://" + id + "/");
    }

    @Override
    public WriteSession<StoreLocation> create(ImageId image, OptionalLong size) throws StoreException {
        StoreLocation location = locationOf(image);
        if (data.containsKey(location.url())) {
            throw new StoreException.AlreadyExists("there is data at " + location + " already");
        }
        Writing session = new Writing(location);
        writing.add(session);
        return session;
    }

    @Override
    public Payload open(StoreLocation location, ByteRange range) throws StoreException {
        byte[] bytes = require(location);
        if (range.offset() > bytes.length || range.length() > bytes.length - range.offset()) {
            throw new StoreException.NotFound("range " + range + " is not in " + location);
        }
        int from = Math.toIntExact(range.offset());
        return BytesPayload.of(Arrays.copyOfRange(bytes, from, from + Math.toIntExact(range.length())));
    }

    @Override
    public long size(StoreLocation location) throws StoreException {
        return require(location).length;
    }

    private byte[] require(StoreLocation location) throws StoreException {
        byte[] bytes = data.get(location.url());
        if (bytes == null) {
            throw new StoreException.NotFound("there is no data at " + location);
        }
        return bytes;
    }

    @Override
    public boolean delete(StoreLocation location) {
        writing.removeIf(session -> session.location.url().equals(location.url()));
        return data.remove(location.url()) != null;
    }

    @Override
    public int sweep() {
        return 0;
    }

    @Override
    public Health health() {
        return Health.ok();
    }

    @Override
    public void close() {}

    private final class Writing implements WriteSession<StoreLocation> {
        private final StoreLocation location;
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private boolean open = true;

        Writing(StoreLocation location) {
            this.location = location;
        }

        @Override
        public int write(ByteBuffer source) throws ClosedChannelException {
            requireOpen();
            byte[] piece = new byte[source.remaining()];
            source.get(piece);
            bytes.writeBytes(piece);
            return piece.length;
        }

        @Override
        public StoreLocation commit() throws StoreException, ClosedChannelException {
            requireOpen();
            if (!writing.contains(this)) {
                throw new StoreException.NotFound("what was written for " + location + " was deleted meanwhile");
            }
            if (data.putIfAbsent(location.url(), bytes.toByteArray()) != null) {
                throw new StoreException.AlreadyExists("there is data at " + location + " already");
            }
            close();
            return location;
        }

        private void requireOpen() throws ClosedChannelException {
            if (!open) {
                throw new ClosedChannelException();
            }
        }

        @Override
        public boolean isOpen() {
            return open;
        }

        @Override
        public void close() {
            open = false;
            writing.remove(this);
        }
    }
}
