package glance.manage.fsck;

import glance.image.Image;
import glance.image.transfer.HashAlgorithm;
import glance.store.ByteRange;
import glance.store.Payload;
import glance.store.Store;
import glance.store.StoreLocation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/** Reads data at a bounded rate and compares its digests with the recorded ones. One thread. */
final class Rehash {
    private static final long NANOS = 1_000_000_000L;

    /** Least pause worth making. */
    private static final long SHORTEST_PAUSE = 1_000_000L;

    private final long bytesPerSecond;

    /** When the bytes read so far are paid for, by the clock of {@link System#nanoTime}. */
    private long paidAt = System.nanoTime();

    Rehash(long bytesPerSecond) {
        this.bytesPerSecond = bytesPerSecond;
    }

    /** What differs, in words; empty when all recorded digests are those of the data, or none is recorded. */
    Optional<String> difference(Image image, Store store, StoreLocation location, long size) throws IOException {
        Map<String, MessageDigest> digests = new LinkedHashMap<>();
        if (image.checksum() != null) {
            digests.put("checksum", new HashAlgorithm("md5").digest());
        }
        if (image.hashAlgorithm() != null && image.hashValue() != null) {
            Optional<MessageDigest> multihash = multihash(image.hashAlgorithm());
            if (multihash.isEmpty()) {
                return Optional.of("os_hash_algo " + image.hashAlgorithm() + " cannot be computed here");
            }
            digests.put("os_hash_value", multihash.get());
        }
        if (digests.isEmpty()) {
            return Optional.empty();
        }
        try (Payload data = store.open(location, new ByteRange(0, size))) {
            data.transferTo(new Sink(digests));
        }
        for (Map.Entry<String, MessageDigest> one : digests.entrySet()) {
            String found = HexFormat.of().formatHex(one.getValue().digest());
            String recorded = one.getKey().equals("checksum") ? image.checksum() : image.hashValue();
            if (!found.equalsIgnoreCase(recorded)) {
                return Optional.of(one.getKey() + " of the data is " + found + ", recorded is " + recorded);
            }
        }
        return Optional.empty();
    }

    private static Optional<MessageDigest> multihash(String algorithm) {
        try {
            return Optional.of(new HashAlgorithm(algorithm).digest());
        } catch (IllegalArgumentException unknown) {
            return Optional.empty();
        }
    }

    private void pace(long bytes) {
        long now = System.nanoTime();
        paidAt = Math.max(paidAt, now) + bytes * NANOS / bytesPerSecond;
        if (paidAt - now > SHORTEST_PAUSE) {
            LockSupport.parkNanos(paidAt - now);
        }
    }

    private final class Sink implements WritableByteChannel {
        private final Map<String, MessageDigest> digests;

        Sink(Map<String, MessageDigest> digests) {
            this.digests = digests;
        }

        @Override
        public int write(ByteBuffer bytes) {
            int length = bytes.remaining();
            digests.values().forEach(digest -> digest.update(bytes.duplicate()));
            bytes.position(bytes.limit());
            pace(length);
            return length;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {
            digests.clear();
        }
    }
}
