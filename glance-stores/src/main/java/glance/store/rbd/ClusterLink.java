package glance.store.rbd;

import glance.store.StoreException;
import glance.store.StoreId;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A store's way to its cluster: one connection, made when first needed, made again when it is of no use any more. Nobody
 * waits for a connection longer than for any other call, and after a failed attempt everybody is refused at once for a
 * moment. Thread-safe.
 */
final class ClusterLink {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterLink.class);
    private static final Duration PAUSE = Duration.ofSeconds(3);

    private final StoreId store;
    private volatile RbdStoreConfig config;
    private final CephCalls calls;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Librbd ceph;
    private CephCalls.@Nullable Call<Cluster> connecting;
    private @Nullable Cluster connected;
    private @Nullable StoreException failure;
    private long failedAt;
    private boolean warned;
    private boolean closed;

    /** Work on a connected cluster. */
    @FunctionalInterface
    interface Work<T> {
        /**
         * @param alive as in {@link CephCalls.Work}
         */
        T run(Cluster cluster, Runnable alive) throws CephError, StoreException;
    }

    ClusterLink(StoreId store, RbdStoreConfig config, CephCalls calls) {
        this.store = store;
        this.config = config;
        this.calls = calls;
    }

    /** Begins to connect, without waiting. */
    void connectInBackground() {
        lock.lock();
        try {
            connecting = calls.start(_ -> connect(), this::discard);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Connects anew in the background, as {@code next} says and with the key that is in its place by now. What is under way goes
     * on over the former connection, which also stays when there is no other.
     *
     * @return for those who want to know when it is done
     */
    CephCalls.Call<Boolean> renew(RbdStoreConfig next) {
        config = next;
        return calls.start(_ -> replace(), _ -> {});
    }

    private boolean replace() throws StoreException {
        Cluster fresh;
        try {
            fresh = Cluster.connect(library(), config);
        } catch (UnsatisfiedLinkError | CephError | RuntimeException refused) {
            LOG.warn("no new connection to ceph, the former one stays store={} reason={}", store, refused.getMessage());
            throw new StoreException.Unavailable("no new connection of store " + store, refused);
        }
        Cluster former;
        lock.lock();
        try {
            former = connected;
            boolean other = former != null && !former.fsid().equals(fresh.fsid());
            if (closed || other) {
                former = fresh;
                LOG.warn("new connection given up store={} reason={}", store, closed ? "closing" : "another cluster");
            } else {
                connected = fresh;
                failure = null;
                warned = false;
                LOG.info("connected to ceph cluster anew store={} fsid={}", store, fresh.fsid());
            }
        } finally {
            lock.unlock();
        }
        if (former != null) {
            letGo(former);
        }
        return true;
    }

    /** The cluster's id, as far as it is known without asking. */
    Optional<String> knownFsid() {
        lock.lock();
        try {
            return Optional.ofNullable(connected).map(Cluster::fsid);
        } finally {
            lock.unlock();
        }
    }

    /**
     * The connection.
     *
     * @throws StoreException.Unavailable when there is none within the limit
     */
    Cluster cluster() throws StoreException {
        return cluster(calls.limit());
    }

    /** The same with another limit. */
    Cluster cluster(Duration patience) throws StoreException {
        CephCalls.Call<Cluster> attempt;
        lock.lock();
        try {
            if (connected != null) {
                return connected;
            }
            if (failure != null && System.nanoTime() - failedAt < PAUSE.toNanos()) {
                throw failure;
            }
            if (closed) {
                throw new StoreException.Unavailable("store " + store + " is closed", null);
            }
            if (connecting == null) {
                connecting = calls.start(_ -> connect(), this::discard);
            }
            attempt = connecting;
        } finally {
            lock.unlock();
        }
        try {
            return calls.join("connecting to the cluster of store " + store, patience, attempt);
        } catch (CephError unexpected) {
            throw unexpected.whileDoing("connecting to the cluster of store " + store);
        }
    }

    private Cluster connect() throws StoreException {
        try {
            Cluster cluster = Cluster.connect(library(), config);
            connected(cluster);
            return cluster;
        } catch (UnsatisfiedLinkError missing) {
            throw failed(new StoreException.Unavailable(
                    "librados2 and librbd1 cannot be loaded on this host: " + missing.getMessage(), missing));
        } catch (CephError | RuntimeException refused) {
            throw failed(new StoreException.Unavailable(
                    "the cluster of store " + store + " cannot be reached as " + config.who() + ": "
                            + refused.getMessage(),
                    refused));
        }
    }

    private Librbd library() {
        lock.lock();
        try {
            if (ceph == null) {
                ceph = Librbd.load();
            }
            return ceph;
        } finally {
            lock.unlock();
        }
    }

    private void connected(Cluster cluster) {
        lock.lock();
        try {
            connecting = null;
            failure = null;
            warned = false;
            connected = closed ? null : cluster;
        } finally {
            lock.unlock();
        }
        LOG.info("connected to ceph cluster store={} fsid={} pool={}", store, cluster.fsid(), config.pool());
    }

    private StoreException failed(StoreException told) {
        boolean first;
        lock.lock();
        try {
            connecting = null;
            failure = told;
            failedAt = System.nanoTime();
            first = !warned;
            warned = true;
        } finally {
            lock.unlock();
        }
        if (first && told.getCause() instanceof UnsatisfiedLinkError) {
            LOG.warn(
                    "rbd store is not available, the Debian packages librados2 and librbd1 are needed store={} reason={}",
                    store,
                    told.getMessage());
        } else if (first) {
            LOG.warn(
                    "rbd store is not available, connecting is tried again when it is used store={} reason={}",
                    store,
                    told.getMessage());
        }
        LOG.debug("no connection store={}", store, told);
        return told;
    }

    /** Runs work on the cluster and waits for it. */
    <T> T run(String doing, Work<T> work, Consumer<T> late) throws CephError, StoreException {
        return run(doing, calls.limit(), work, late);
    }

    <T> T run(String doing, Duration patience, Work<T> work, Consumer<T> late) throws CephError, StoreException {
        Cluster cluster = cluster(patience);
        return calls.run(doing, patience, alive -> on(cluster, work, alive), late);
    }

    /** Runs work on the cluster whenever it can be, even when nobody waits for it. */
    <T> CephCalls.Call<T> start(Cluster cluster, Work<T> work) {
        return calls.start(alive -> on(cluster, work, alive), _ -> {});
    }

    /** The same, once {@code first} has ended somehow. */
    <T> CephCalls.Call<T> startAfter(CompletableFuture<?> first, Cluster cluster, Work<T> work) {
        return calls.startAfter(first, alive -> on(cluster, work, alive), _ -> {});
    }

    /** Waits for work that was started; it goes on when that takes too long. */
    <T> T join(String doing, CephCalls.Call<T> call) throws CephError, StoreException {
        return calls.join(doing, calls.limit(), call);
    }

    private <T> T on(Cluster cluster, Work<T> work, Runnable alive) throws CephError, StoreException {
        if (!cluster.hold()) {
            throw new StoreException.Unavailable("the connection of store " + store + " has just ended", null);
        }
        try {
            return work.run(cluster, alive);
        } catch (CephError error) {
            if (error.endsConnection()) {
                forget(cluster, error);
            }
            throw error;
        } finally {
            letGo(cluster);
        }
    }

    /** The next call makes a new connection; this one ends with its last user. */
    private void forget(Cluster cluster, CephError reason) {
        lock.lock();
        try {
            if (connected != cluster) {
                return;
            }
            connected = null;
        } finally {
            lock.unlock();
        }
        LOG.warn("connection to ceph cluster given up store={} fsid={}", store, cluster.fsid(), reason);
        letGo(cluster);
    }

    /** By one of its users, on a thread that may block. */
    void letGo(Cluster cluster) {
        if (cluster.letGo()) {
            cluster.shutDown();
        }
    }

    private void discard(Cluster unwanted) {
        letGo(unwanted);
    }

    /** Ends the connection, waiting for its users no longer than for an answer. */
    void close() {
        Cluster last;
        lock.lock();
        try {
            closed = true;
            last = connected;
            connected = null;
        } finally {
            lock.unlock();
        }
        if (last == null) {
            return;
        }
        try {
            calls.join("disconnecting store " + store, calls.limit(), calls.start(_ -> ended(last), _ -> {}));
        } catch (CephError | StoreException stuck) {
            LOG.warn("ceph cluster not left cleanly store={}", store, stuck);
        }
    }

    private boolean ended(Cluster cluster) {
        letGo(cluster);
        return true;
    }
}
