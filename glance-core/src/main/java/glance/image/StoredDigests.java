package glance.image;

import glance.error.GlanceException;
import glance.image.transfer.HashAlgorithm;
import glance.store.Payload;
import glance.store.Store;
import glance.store.StoreException;
import glance.store.StoreLocation;
import glance.store.Stores;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;

/** Computes digests of data that is in a store already. Thread-safe; so many at once, the next is refused. */
final class StoredDigests {
    /** Each keeps a core busy. */
    private static final int AT_ONCE = 4;

    private static final long LOOK_NANOS = 1_000_000_000L;

    private final Stores stores;
    private final Semaphore places = new Semaphore(AT_ONCE);

    StoredDigests(Stores stores) {
        this.stores = stores;
    }

    /**
     * Reads all there is.
     *
     * @param size bytes there must be
     * @param algorithms in hashlib's spelling
     * @param wanted asked once a second; when it says no, reading ends
     * @return hex by algorithm
     * @throws IOException when it cannot be read whole, or is not wanted any more
     * @throws GlanceException.Unavailable when too many run
     */
    Map<String, String> compute(StoreLocation location, long size, Set<String> algorithms, BooleanSupplier wanted)
            throws IOException {
        if (!places.tryAcquire()) {
            throw new GlanceException.Unavailable(
                    "No further data is compared now: " + AT_ONCE + " comparisons run at once");
        }
        try {
            return read(location, size, algorithms, wanted);
        } finally {
            places.release();
        }
    }

    private Map<String, String> read(StoreLocation location, long size, Set<String> algorithms, BooleanSupplier wanted)
            throws IOException {
        Store store = stores.holding(location)
                .orElseThrow(() -> new StoreException.Unavailable("no configured store holds this location", null));
        Map<String, MessageDigest> digests = new LinkedHashMap<>();
        algorithms.forEach(name -> digests.put(name, new HashAlgorithm(name).digest()));
        try (Payload data = store.open(location)) {
            long read = data.transferTo(new Sink(digests, wanted));
            if (read != size) {
                throw new StoreException.Unavailable(
                        read + " bytes came from " + location + ", expected were " + size, null);
            }
        }
        Map<String, String> values = new LinkedHashMap<>();
        digests.forEach((name, digest) -> values.put(name, HexFormat.of().formatHex(digest.digest())));
        return values;
    }

    /** One thread. */
    private static final class Sink implements WritableByteChannel {
        private final Map<String, MessageDigest> digests;
        private final BooleanSupplier wanted;
        private long looked = System.nanoTime();

        Sink(Map<String, MessageDigest> digests, BooleanSupplier wanted) {
            this.digests = digests;
            this.wanted = wanted;
        }

        @Override
        public int write(ByteBuffer source) throws IOException {
            long now = System.nanoTime();
            if (now - looked > LOOK_NANOS) {
                looked = now;
                if (!wanted.getAsBoolean()) {
                    throw new IOException("the digests are not wanted any more");
                }
            }
            int bytes = source.remaining();
            digests.values().forEach(digest -> digest.update(source.duplicate()));
            source.position(source.limit());
            return bytes;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {
            // Nothing is held.
        }
    }
}
