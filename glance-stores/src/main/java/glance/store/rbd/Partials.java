package glance.store.rbd;

import glance.store.StoreException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Half-written images: {@code .glance-partial~<n>~<image id>}, renamed to the image's id when they are whole. n is small, so that
 * the partials of an image are found without listing the pool. Whoever writes one has it open, which the cluster tells
 * everybody; one that nobody has open is a crash's. Thread-safe; all that takes a cluster blocks.
 */
final class Partials {
    /** How the name of a partial starts. */
    static final String PREFIX = ".glance-partial~";

    private static final Logger LOG = LoggerFactory.getLogger(Partials.class);

    /** Writers of one image at a time. There is one, unless others are being ended or do not know that they were. */
    private static final int MOST_PER_IMAGE = 8;

    /** Age from which one that nobody has open is a leftover: it is opened at once after it was made. */
    private static final Duration SETTLED = Duration.ofMinutes(1);

    private final RbdImage.Opening opening;
    private final InstantSource clock;
    private final Map<String, RbdWrite> live = new ConcurrentHashMap<>();

    Partials(RbdImage.Opening opening, InstantSource clock) {
        this.opening = opening;
        this.clock = clock;
    }

    private static String name(String image, int number) {
        return PREFIX + number + "~" + image;
    }

    /** A new image of that size, open for writing. */
    RbdImage create(Cluster cluster, MemorySegment pool, String image, long size, int order)
            throws CephError, StoreException {
        for (int number = 1; number <= MOST_PER_IMAGE; number++) {
            String name = name(image, number);
            try {
                cluster.ceph().createImage(pool, name, size, cluster.features(), order);
            } catch (CephError taken) {
                if (taken.is(CephError.EXISTS)) {
                    continue;
                }
                throw taken;
            }
            return opening.toWrite(cluster, pool, name);
        }
        throw new StoreException.AlreadyExists(
                "image " + image + " is being written " + MOST_PER_IMAGE + " times already");
    }

    void began(RbdWrite write) {
        live.put(write.partial(), write);
    }

    void ended(RbdWrite write) {
        live.remove(write.partial(), write);
    }

    /** Ends the writers of an image in this process. Blocks no longer than they take to let go. */
    void endWritersOf(String image) {
        for (int number = 1; number <= MOST_PER_IMAGE; number++) {
            RbdWrite write = live.get(name(image, number));
            if (write != null) {
                write.end();
            }
        }
    }

    /** Removes what is half-written for an image. Another process that still writes makes it {@link CephError#BUSY}. */
    boolean removeFor(Cluster cluster, MemorySegment pool, String image, Runnable alive) throws CephError {
        boolean found = false;
        for (int number = 1; number <= MOST_PER_IMAGE; number++) {
            found |= remove(cluster, pool, name(image, number), alive);
        }
        return found;
    }

    /** Removes a partial; was it there? */
    boolean remove(Cluster cluster, MemorySegment pool, String partial, Runnable alive) throws CephError {
        try {
            cluster.ceph().remove(pool, partial, alive);
            return true;
        } catch (CephError error) {
            if (error.is(CephError.MISSING)) {
                return false;
            }
            if (!error.is(CephError.NOT_EMPTY)) {
                throw error;
            }
        }
        // It was about to become the image, and is still if somebody has it open: without exclusive locks Ceph tells of
        // its
        // snapshot first.
        requireUnused(cluster.ceph(), pool, partial);
        Removal.dropSnapshot(cluster, pool, partial, RbdStore.SNAPSHOT);
        cluster.ceph().remove(pool, partial, alive);
        return true;
    }

    private static void requireUnused(Librbd ceph, MemorySegment pool, String partial) throws CephError {
        MemorySegment image = ceph.open(pool, partial);
        try {
            if (ceph.watchers(image) > 1) {
                throw new CephError("removing " + partial, CephError.BUSY);
            }
        } finally {
            ceph.close(image);
        }
    }

    /** Removes what nobody writes any more, whoever did; how many. */
    int sweep(Cluster cluster, MemorySegment pool, Runnable alive) throws CephError {
        int removed = 0;
        for (String name : cluster.ceph().list(pool)) {
            alive.run();
            if (name.startsWith(PREFIX) && !live.containsKey(name) && isLeftover(cluster, pool, name)) {
                removed += removeLeftover(cluster, pool, name, alive);
            }
        }
        return removed;
    }

    private boolean isLeftover(Cluster cluster, MemorySegment pool, String name) throws CephError {
        Instant limit = clock.instant().minus(SETTLED);
        try {
            RbdImage image = opening.toRead(cluster, pool, name, null);
            try {
                return image.call(Librbd::createdAt).isBefore(limit);
            } finally {
                image.close();
            }
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        } catch (CephError error) {
            if (error.is(CephError.MISSING)) {
                return false;
            }
            throw error;
        }
    }

    private int removeLeftover(Cluster cluster, MemorySegment pool, String name, Runnable alive) throws CephError {
        try {
            return remove(cluster, pool, name, alive) ? 1 : 0;
        } catch (CephError error) {
            if (error.is(CephError.BUSY)) {
                LOG.debug("half-written image is still open somewhere image={}", name);
                return 0;
            }
            throw error;
        }
    }
}
