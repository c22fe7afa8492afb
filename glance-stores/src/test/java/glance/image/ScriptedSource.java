package glance.image;

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
import java.nio.channels.WritableByteChannel;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CountDownLatch;

/**
 * Somebody else's server: {@code web://whole} has data, {@code web://unsized} does not say how much, {@code web://cut} ends
 * early, {@code web://stuck} sends half and nothing more until it is closed, {@code web://absent} has nothing, and anything
 * else cannot be reached.
 */
final class ScriptedSource implements Store {
    static final StoreId ID = new StoreId("web");

    private final byte[] data;

    ScriptedSource(byte[] data) {
        this.data = data.clone();
    }

    @Override
    public StoreId id() {
        return ID;
    }

    @Override
    public Set<String> schemes() {
        return Set.of("web");
    }

    @Override
    public Set<Capability> capabilities() {
        return Set.of(Capability.READ);
    }

    @Override
    public Set<StoreLocation> candidates(ImageId image) {
        return Set.of();
    }

    @Override
    public WriteSession<StoreLocation> create(ImageId image, OptionalLong size) throws StoreException {
        throw new StoreException.Unsupported("only read");
    }

    @Override
    public Payload open(StoreLocation location, ByteRange range) throws StoreException {
        return open(location);
    }

    @Override
    public Payload open(StoreLocation location) throws StoreException {
        return switch (location.url()) {
            case "web://whole" -> new Sent(OptionalLong.of(data.length), data.length, false);
            case "web://unsized" -> new Sent(OptionalLong.empty(), data.length, false);
            case "web://cut" -> new Sent(OptionalLong.of(data.length), data.length / 2, false);
            case "web://stuck" -> new Sent(OptionalLong.of(data.length), data.length / 2, true);
            case "web://absent" -> throw new StoreException.NotFound("nothing there");
            default -> throw new StoreException.Unavailable("no way there", null);
        };
    }

    private final class Sent implements Payload {
        private final OptionalLong told;
        private final int bytes;
        private final boolean stuck;
        private final CountDownLatch closed = new CountDownLatch(1);

        Sent(OptionalLong told, int bytes, boolean stuck) {
            this.told = told;
            this.bytes = bytes;
            this.stuck = stuck;
        }

        @Override
        public OptionalLong length() {
            return told;
        }

        @Override
        public long transferTo(WritableByteChannel sink) throws IOException {
            sink.write(ByteBuffer.wrap(data, 0, bytes));
            if (stuck) {
                try {
                    closed.await();
                } catch (InterruptedException ended) {
                    Thread.currentThread().interrupt();
                }
                throw new IOException("connection closed");
            }
            return bytes;
        }

        @Override
        public void close() {
            closed.countDown();
        }
    }

    @Override
    public long size(StoreLocation location) throws StoreException {
        try (Payload payload = open(location)) {
            return payload.length().orElseThrow(() -> new StoreException.Unsupported("not told"));
        }
    }

    @Override
    public boolean delete(StoreLocation location) throws StoreException {
        throw new StoreException.Unsupported("only read");
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
}
