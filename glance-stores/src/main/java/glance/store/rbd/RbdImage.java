package glance.store.rbd;

import glance.store.StoreException;
import glance.store.remote.PartKept;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An open image. Its handle is closed when it was asked to and the last read, write or call on it has ended, so that none of
 * them meets a handle that is gone. Thread-safe.
 */
final class RbdImage {
    private static final Logger LOG = LoggerFactory.getLogger(RbdImage.class);

    /** How long an interrupted transfer is still waited for: nearly always it is just about to end. */
    private static final Duration GRACE = Duration.ofSeconds(1);

    private final ClusterLink link;
    private final Cluster cluster;
    private final MemorySegment pool;
    private final MemorySegment handle;
    private final String name;
    private final Duration limit;
    /** Users of the handle: one until it is asked to close, and one for each call and transfer. */
    private final AtomicInteger users = new AtomicInteger(1);

    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    private volatile boolean closing;

    private RbdImage(Opening opening, Cluster cluster, MemorySegment pool, MemorySegment handle, String name) {
        this.link = opening.link();
        this.limit = opening.limit();
        this.cluster = cluster;
        this.pool = pool;
        this.handle = handle;
        this.name = name;
    }

    /**
     * What opening takes from the store.
     *
     * @param limit how long a transfer may go unanswered
     */
    record Opening(ClusterLink link, Duration limit) {
        /** For reading; blocks. */
        RbdImage toRead(Cluster cluster, RbdLocation at) throws CephError {
            return toRead(cluster, cluster.pool(at.pool()), at.image(), at.snapshot());
        }

        RbdImage toRead(Cluster cluster, MemorySegment pool, String name, @Nullable String snapshot) throws CephError {
            return held(cluster, pool, cluster.ceph().openToRead(pool, name, snapshot), name);
        }

        /** For writing; blocks. */
        RbdImage toWrite(Cluster cluster, MemorySegment pool, String name) throws CephError {
            return held(cluster, pool, cluster.ceph().open(pool, name), name);
        }

        /** The caller's work holds the cluster, so it cannot end meanwhile. */
        private RbdImage held(Cluster cluster, MemorySegment pool, MemorySegment handle, String name) {
            if (!cluster.hold()) {
                throw new IllegalStateException("the connection of " + name + " ended while in use");
            }
            return new RbdImage(this, cluster, pool, handle, name);
        }
    }

    /** A call on the handle; blocks. */
    @FunctionalInterface
    interface HandleCall<T> {
        T on(Librbd ceph, MemorySegment handle) throws CephError;
    }

    Cluster cluster() {
        return cluster;
    }

    MemorySegment pool() {
        return pool;
    }

    /**
     * @throws ClosedChannelException when it was closed
     */
    <T> T call(HandleCall<T> call) throws CephError, ClosedChannelException {
        begin();
        try {
            return call.on(cluster.ceph(), handle);
        } finally {
            end();
        }
    }

    private void begin() throws ClosedChannelException {
        if (closing || users.getAndUpdate(now -> now == 0 ? 0 : now + 1) == 0) {
            throw new ClosedChannelException();
        }
    }

    private void end() {
        if (users.decrementAndGet() == 0) {
            var _ = link.start(cluster, this::closeHandle);
        }
    }

    private boolean closeHandle(Cluster of, Runnable alive) {
        try {
            of.ceph().close(handle);
        } catch (CephError failure) {
            LOG.warn("image was not closed cleanly image={}", name, failure);
        } finally {
            link.letGo(of);
            closed.complete(null);
        }
        return true;
    }

    /** Closes it as soon as nothing goes on; more than once is no error. What is begun on it from now on fails. */
    void close() {
        boolean first;
        synchronized (closed) {
            first = !closing;
            closing = true;
        }
        if (first) {
            end();
        }
    }

    /** Done when the handle is gone. */
    CompletableFuture<Void> closed() {
        return closed;
    }

    /** Fills {@code into}, or as much of it as there is. Returns the bytes read. */
    long read(long offset, ByteBuffer into) throws IOException {
        return transfer("reading", into, (ceph, memory) -> ceph.read(handle, offset, memory));
    }

    /** Writes all of {@code from}. */
    void write(long offset, ByteBuffer from) throws IOException {
        transfer("writing", from, (ceph, memory) -> ceph.write(handle, offset, memory));
    }

    @FunctionalInterface
    private interface Transfer {
        CompletableFuture<Long> begin(Librbd ceph, MemorySegment memory) throws CephError;
    }

    private long transfer(String doing, ByteBuffer buffer, Transfer transfer) throws IOException {
        begin();
        CompletableFuture<Long> answer;
        try {
            answer = transfer.begin(cluster.ceph(), MemorySegment.ofBuffer(buffer));
        } catch (CephError refused) {
            end();
            throw refused.whileDoing(doing + " " + name);
        }
        CompletableFuture<Void> ended = answer.thenAccept(_ -> end());
        long result = await(doing, answer);
        ended.join();
        if (result < 0) {
            throw new CephError(doing, (int) -result).whileDoing(doing + " " + name);
        }
        return result;
    }

    /** Who gives up waiting leaves the memory to librbd, and says so. */
    private long await(String doing, CompletableFuture<Long> answer) throws PartKept {
        try {
            return answer.get(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException silent) {
            throw new PartKept(
                    new StoreException.Unavailable(
                            doing + " " + name + ": no answer from the cluster for " + limit.toMillis() + " ms",
                            silent),
                    answer);
        } catch (InterruptedException stop) {
            Long late = afterInterrupt(answer);
            Thread.currentThread().interrupt();
            if (late != null) {
                return late;
            }
            throw new PartKept(new StoreException.Unavailable(doing + " " + name + ": interrupted", stop), answer);
        } catch (ExecutionException impossible) {
            throw new IllegalStateException(doing + " " + name, impossible);
        }
    }

    private static @Nullable Long afterInterrupt(CompletableFuture<Long> answer) {
        try {
            return answer.get(GRACE.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException | InterruptedException | ExecutionException stillOut) {
            LOG.debug("an interrupted transfer is left to librbd", stillOut);
            return null;
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
