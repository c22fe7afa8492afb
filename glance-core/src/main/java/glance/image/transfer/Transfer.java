package glance.image.transfer;

import glance.format.Inspection;
import glance.store.HurriedSink;
import glance.store.Payload;
import glance.store.RetainingSink;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Moves image bytes into a store and says what they were, in one pass. The buffer the payload hands over is written to the
 * store as it is, and lent to the digests or copied once for them. Many transfers' digests run on a fixed set of platform
 * threads: on virtual threads they would hold the carriers. Memory is bounded by {@value #SLOTS} chunks of {@value #CHUNK_BYTES} bytes for one transfer and
 * {@value #POOLED_CHUNKS} for all. Thread-safe.
 */
public final class Transfer implements AutoCloseable {
    private static final int CHUNK_BYTES = 256 * 1024;
    private static final int SLOTS = 6;
    private static final int POOLED_CHUNKS = 128;

    private final HashAlgorithm algorithm;
    private final ChunkPool pool;
    private final ExecutorService digestThreads;
    private final int cores = Runtime.getRuntime().availableProcessors();
    private final AtomicInteger underWay = new AtomicInteger();

    public Transfer(HashAlgorithm algorithm) {
        this(algorithm, POOLED_CHUNKS);
    }

    Transfer(HashAlgorithm algorithm, int pooledChunks) {
        this.algorithm = algorithm;
        this.pool = new ChunkPool(pooledChunks, CHUNK_BYTES);
        this.digestThreads = Executors.newFixedThreadPool(cores, namedThreads());
    }

    private static ThreadFactory namedThreads() {
        AtomicInteger count = new AtomicInteger();
        return work -> {
            Thread thread = new Thread(work, "digest-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    /**
     * Pours {@code body} into {@code sink}, which the caller commits or abandons.
     *
     * @throws glance.error.GlanceException.InvalidRequest when the size is not the announced one
     * @throws glance.error.GlanceException.LimitExceeded when there are too many bytes
     * @throws glance.error.GlanceException.UnsupportedMedia when the content is not what the image claims to be
     * @throws IOException the body's failures and the sink's, unchanged
     */
    public Measured copy(Payload body, WritableByteChannel sink, TransferLimits limits, Inspection inspection)
            throws IOException {
        Digests.Where where = whereFor(underWay.incrementAndGet());
        try (Digests digests = new Digests(algorithm, pool, SLOTS, digestThreads, where)) {
            Pipe pipe = new Pipe(sink, limits, inspection, digests);
            body.transferTo(pipe);
            limits.requireComplete(pipe.size);
            Long virtualSize = inspection.conclude(pipe.size);
            Digests.Values values = digests.finish();
            return new Measured(pipe.size, values.checksum(), algorithm.name(), values.multihash(), virtualSize);
        } finally {
            underWay.decrementAndGet();
        }
    }

    /** In place only while few do so: it takes the threads of all other requests. */
    private Digests.Where whereFor(int transfers) {
        if (transfers * 2 <= cores) {
            return Digests.Where.SIDE_BY_SIDE;
        }
        return transfers <= cores * 2 ? Digests.Where.IN_PLACE : Digests.Where.IN_TURN;
    }

    /** Chunks not in use, of all transfers. */
    int availableChunks() {
        return pool.available();
    }

    @Override
    public void close() {
        digestThreads.shutdown();
    }

    /** What the payload pours into. */
    private static final class Pipe implements RetainingSink, HurriedSink {
        private final WritableByteChannel sink;
        private final TransferLimits limits;
        private final Inspection inspection;
        private final Digests digests;
        private long size;

        Pipe(WritableByteChannel sink, TransferLimits limits, Inspection inspection, Digests digests) {
            this.sink = sink;
            this.limits = limits;
            this.inspection = inspection;
            this.digests = digests;
        }

        @Override
        public int write(ByteBuffer source) throws IOException {
            int count = source.remaining();
            check(source);
            // The digest threads start on these bytes while this one writes them.
            digests.update(source.duplicate());
            pass(source);
            return count;
        }

        @Override
        public void write(ByteBuffer bytes, Runnable release) throws IOException {
            boolean refused = true;
            try {
                check(bytes);
                refused = false;
            } finally {
                if (refused) {
                    release.run();
                }
            }
            AtomicInteger holders = new AtomicInteger(2); // the digests, and the write below
            Runnable drop = () -> {
                if (holders.decrementAndGet() == 0) {
                    release.run();
                }
            };
            try {
                digests.update(bytes.duplicate(), drop);
                pass(bytes);
            } finally {
                drop.run();
            }
        }

        private void check(ByteBuffer bytes) throws IOException {
            limits.requireMore(Math.addExact(size, bytes.remaining()));
            inspection.accept(bytes.duplicate());
        }

        private void pass(ByteBuffer bytes) throws IOException {
            int count = bytes.remaining();
            while (bytes.hasRemaining()) {
                sink.write(bytes);
            }
            size += count;
        }

        @Override
        public long patienceNanos() {
            return sink instanceof HurriedSink hurried ? hurried.patienceNanos() : Long.MAX_VALUE;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        /** The sink is the caller's to close. */
        @Override
        public void close() {}
    }
}
