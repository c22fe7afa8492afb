package glance.store.rbd;

import glance.store.StoreException;
import glance.store.StoreLocation;
import glance.store.WriteSession;
import glance.store.remote.PartBudget;
import glance.store.remote.PartedWrite;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One image's data being written to a partial, halves of objects or whole ones, several at a time. The commit cuts the image to the
 * bytes there are, makes its protected snapshot and renames it, which never replaces another image. The size grows as in the
 * reference when it was not announced: by two objects, doubled each time, up to 8 GiB.
 */
final class RbdWrite implements WriteSession<StoreLocation> {
    private static final Logger LOG = LoggerFactory.getLogger(RbdWrite.class);
    private static final long LARGEST_STEP = 8L << 30;

    /** How far a commit is: the one that moves it on from {@code OPEN} decides whether the image will be there. */
    private enum Fate {
        OPEN,
        PUBLISHING,
        GIVEN_UP
    }

    private final Parts store;
    private final RbdImage image;
    private final RbdLocation target;
    private final PartedWrite parts;
    private final int partBytes;
    private final ReentrantLock growing = new ReentrantLock();
    private final AtomicReference<Fate> fate = new AtomicReference<>(Fate.OPEN);
    private long room;
    private long step;
    private boolean committed;
    private volatile boolean open = true;
    private volatile boolean removed;

    /**
     * What a write uses of its store.
     *
     * @param partBytes of one request: a multiple of the object size, or half of it where there are to be no holes
     */
    record Parts(
            ClusterLink link,
            Partials partials,
            RbdStoreConfig config,
            PartBudget budget,
            int partBytes,
            int inFlight) {}

    /**
     * @param image the partial, of {@code room} bytes
     */
    RbdWrite(Parts store, RbdImage image, RbdLocation target, long room) {
        this.store = store;
        this.image = image;
        this.target = target;
        this.partBytes = store.partBytes();
        this.room = room;
        this.step = 2L * store.config().objectBytes();
        this.parts = new PartedWrite(store.budget(), _ -> partBytes, store.inFlight(), this::put);
    }

    /** The name it is written under. */
    String partial() {
        return image.toString();
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        requireOpen();
        try {
            return parts.write(source);
        } catch (IOException failure) {
            throw told(failure);
        }
    }

    private void requireOpen() throws IOException {
        if (removed) {
            throw gone();
        }
        if (!open) {
            throw new ClosedChannelException();
        }
    }

    private StoreException gone() {
        return new StoreException.NotFound("what was written for " + target.location() + " was removed meanwhile");
    }

    private IOException told(IOException failure) {
        return removed ? gone() : failure;
    }

    private void put(int number, ByteBuffer part) throws IOException {
        long offset = (long) (number - 1) * partBytes;
        makeRoom(offset + part.remaining());
        if (!store.config().thin()) {
            image.write(offset, part);
            return;
        }
        int objectBytes = store.config().objectBytes();
        for (int start = 0; start < part.limit(); ) {
            int end = endOfRun(part, start, objectBytes);
            if (end > start) {
                image.write(offset + start, part.slice(start, end - start));
            }
            start = Math.min(part.limit(), end + objectBytes);
        }
    }

    /** Where the objects end that hold data, from {@code start} on. */
    private static int endOfRun(ByteBuffer part, int start, int objectBytes) {
        int end = start;
        while (end < part.limit()) {
            int length = Math.min(objectBytes, part.limit() - end);
            if (Zeros.only(part, end, length)) {
                return end;
            }
            end += length;
        }
        return end;
    }

    private void makeRoom(long needed) throws IOException {
        growing.lock();
        try {
            long larger = room;
            while (larger < needed) {
                larger += step;
                step = Math.min(2 * step, LARGEST_STEP);
            }
            if (larger > room) {
                resize(larger);
                room = larger;
            }
        } finally {
            growing.unlock();
        }
    }

    private void resize(long size) throws StoreException {
        try {
            store.link()
                    .run(
                            "growing " + image,
                            (_, _) -> onImage((ceph, handle) -> {
                                ceph.resize(handle, size);
                                return true;
                            }),
                            _ -> {});
        } catch (CephError error) {
            throw error.whileDoing("growing " + image);
        }
    }

    private <T> T onImage(RbdImage.HandleCall<T> call) throws CephError, StoreException {
        try {
            return image.call(call);
        } catch (ClosedChannelException ended) {
            throw gone();
        }
    }

    @Override
    public StoreLocation commit() throws IOException {
        requireOpen();
        String doing = "committing " + target.location();
        try {
            parts.finish();
            long size = parts.written();
            store.link().run(doing, (cluster, alive) -> publish(cluster, size, alive), _ -> {});
        } catch (CephError error) {
            throw fate.get() == Fate.PUBLISHING ? outcome(doing, error) : error.whileDoing(doing);
        } catch (StoreException.Unavailable silent) {
            if (fate.compareAndSet(Fate.OPEN, Fate.GIVEN_UP)) {
                throw silent;
            }
            throw new StoreException.OutcomeUnknown(doing + ": the answer was lost", silent);
        } catch (IOException failure) {
            throw told(failure);
        }
        committed = true;
        close();
        return target.location();
    }

    private boolean publish(Cluster cluster, long size, Runnable alive) throws CephError, StoreException {
        onImage((ceph, handle) -> {
            ceph.flush(handle);
            if (ceph.size(handle) != size) {
                alive.run();
                ceph.resize(handle, size);
            }
            alive.run();
            ceph.createSnapshot(handle, RbdStore.SNAPSHOT);
            ceph.protect(handle, RbdStore.SNAPSHOT);
            return true;
        });
        alive.run();
        if (removed || !fate.compareAndSet(Fate.OPEN, Fate.PUBLISHING)) {
            throw gone();
        }
        cluster.ceph().rename(image.pool(), partial(), target.image());
        // Ceph says that it was done, too, when another writer was faster: whose the name is now tells.
        if (!idOf(cluster, target.image()).equals(onImage(Librbd::id))) {
            throw new StoreException.AlreadyExists("another upload has just stored " + target.location());
        }
        return true;
    }

    private String idOf(Cluster cluster, String name) throws CephError {
        MemorySegment named = cluster.ceph().openToRead(image.pool(), name, null);
        try {
            return cluster.ceph().id(named);
        } finally {
            cluster.ceph().close(named);
        }
    }

    /** What an error of the renaming means. */
    private StoreException outcome(String doing, CephError error) {
        return switch (error.number()) {
            case CephError.EXISTS, CephError.MISSING, CephError.NO_SPACE, CephError.OVER_QUOTA ->
                error.whileDoing(doing);
            default -> new StoreException.OutcomeUnknown(doing + ": " + error.getMessage(), error);
        };
    }

    @Override
    public long patienceNanos() {
        return parts.patienceNanos();
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public void close() {
        if (!open) {
            return;
        }
        open = false;
        parts.close();
        try {
            if (committed) {
                image.close();
            } else {
                discard();
            }
        } finally {
            store.partials().ended(this);
        }
    }

    /** Ends it from another thread; its own is told by the next thing it does. */
    void end() {
        removed = true;
        if (fate.compareAndSet(Fate.OPEN, Fate.GIVEN_UP)) {
            discard();
        }
    }

    /** Removes the partial as soon as nothing goes on with it; waits for that, but not for ever. */
    private void discard() {
        image.close();
        CephCalls.Call<Boolean> removal = store.link()
                .startAfter(
                        image.closed(),
                        image.cluster(),
                        (cluster, alive) -> store.partials().remove(cluster, image.pool(), partial(), alive));
        try {
            store.link().join("removing " + partial(), removal);
        } catch (CephError | StoreException failure) {
            // The sweep or the recovery removes it later; the reason why there was no commit must not be hidden by this
            // one.
            LOG.warn("a half-written image could not be removed now image={}", partial(), failure);
        }
    }
}
