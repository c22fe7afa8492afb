package glance.store.rbd;

import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection to a Ceph cluster. It ends when the last of its users has let it go: whoever calls on it, and every open image.
 * Thread-safe; but for {@link #hold} and {@link #letGo} its methods block.
 */
final class Cluster {
    private static final Logger LOG = LoggerFactory.getLogger(Cluster.class);

    /** Layering alone, where the cluster's configuration names no features. */
    private static final long LAYERING = 1;

    private static final Map<String, Long> FEATURES = Map.of(
            "layering", 1L,
            "striping", 2L,
            "exclusive-lock", 4L,
            "object-map", 8L,
            "fast-diff", 16L,
            "deep-flatten", 32L,
            "journaling", 64L,
            "data-pool", 128L);

    private final Librbd ceph;
    private final MemorySegment handle;
    private final String fsid;
    private final long features;
    private final AtomicInteger users = new AtomicInteger(1);
    private final ReentrantLock opening = new ReentrantLock();
    private final Map<String, MemorySegment> pools = new HashMap<>();

    private Cluster(Librbd ceph, MemorySegment handle, String fsid, long features) {
        this.ceph = ceph;
        this.handle = handle;
        this.fsid = fsid;
        this.features = features;
    }

    /** A new connection; the caller is its first user. */
    static Cluster connect(Librbd ceph, RbdStoreConfig config) throws CephError {
        MemorySegment handle = ceph.create(config.user());
        try {
            ceph.readConfiguration(handle, config.cephConfiguration());
            // Standard error is the service's; images are read and written in whole objects, which a cache only copies;
            // and what is being written stays as it is until the answer, so it need not be copied either.
            for (String off :
                    new String[] {"log_to_stderr", "err_to_stderr", "rbd_cache", "rbd_disable_zero_copy_writes"}) {
                ceph.configure(handle, off, "false");
            }
            setTimeouts(ceph, handle, config);
            ceph.connect(handle);
            return new Cluster(ceph, handle, ceph.fsid(handle), features(ceph, handle));
        } catch (CephError | RuntimeException failure) {
            ceph.shutDown(handle);
            throw failure;
        }
    }

    private static void setTimeouts(Librbd ceph, MemorySegment handle, RbdStoreConfig config) throws CephError {
        if (config.connectTimeout().isPresent()) {
            String seconds = Long.toString(config.connectTimeout().getAsLong());
            for (String timeout :
                    new String[] {"rados_osd_op_timeout", "rados_mon_op_timeout", "client_mount_timeout"}) {
                ceph.configure(handle, timeout, seconds);
            }
        } else {
            // Nobody waits longer for a connection; the attempt need not either.
            ceph.configure(
                    handle,
                    "client_mount_timeout",
                    Long.toString(config.callTimeout().toSeconds()));
        }
    }

    /** {@code rbd_default_features}: a number, or names as ceph.conf may give them; 0 and nothing mean layering. */
    private static long features(Librbd ceph, MemorySegment handle) throws CephError {
        String configured = ceph.configured(handle, "rbd_default_features").strip();
        long features = 0;
        if (configured.matches("\\d{1,18}")) {
            features = Long.parseLong(configured);
        } else {
            for (String name : configured.split("[,\\s]+", -1)) {
                features |= Optional.ofNullable(FEATURES.get(name)).orElse(0L);
            }
        }
        return features == 0 ? LAYERING : features;
    }

    Librbd ceph() {
        return ceph;
    }

    String fsid() {
        return fsid;
    }

    /** Of new images, as bits. */
    long features() {
        return features;
    }

    /**
     * An open pool, ours until the connection ends.
     *
     * @throws CephError {@link CephError#MISSING} when the cluster has none of that name
     */
    MemorySegment pool(String name) throws CephError {
        opening.lock();
        try {
            MemorySegment pool = pools.get(name);
            if (pool == null) {
                pool = ceph.pool(handle, name);
                pools.put(name, pool);
            }
            return pool;
        } finally {
            opening.unlock();
        }
    }

    /** One more user; false when it has ended. */
    boolean hold() {
        return users.getAndUpdate(now -> now == 0 ? 0 : now + 1) > 0;
    }

    /** One user less; true for the last, who then has to {@link #shutDown} it. */
    boolean letGo() {
        return users.decrementAndGet() == 0;
    }

    void shutDown() {
        pools.values().forEach(ceph::closePool);
        ceph.shutDown(handle);
        LOG.info("disconnected from ceph cluster fsid={}", fsid);
    }
}
