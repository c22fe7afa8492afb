package glance.store.rbd;

import glance.store.StoreException;
import java.lang.foreign.MemorySegment;

/** Takes images away, in the steps Ceph asks for. Blocks. */
final class Removal {
    private Removal() {}

    /**
     * Removes an image and the snapshot its location names; was it there?
     *
     * @throws StoreException.InUse when clones of the old form hang on the snapshot, or somebody has the image open for writing
     */
    static boolean remove(Cluster cluster, MemorySegment pool, RbdLocation at, Runnable alive)
            throws CephError, StoreException {
        String snapshot = at.snapshot();
        try {
            if (snapshot != null) {
                dropSnapshot(cluster, pool, at.image(), snapshot);
                alive.run();
            }
            cluster.ceph().remove(pool, at.image(), alive);
            return true;
        } catch (CephError error) {
            switch (error.number()) {
                case CephError.MISSING -> {
                    return false;
                }
                case CephError.NOT_EMPTY -> moveToTrash(cluster, pool, at);
                case CephError.BUSY -> throw inUse(at);
                default -> throw error;
            }
            return true;
        }
    }

    /** Clones of the new form keep the snapshot, out of sight; the cluster's operators empty the trash once they are gone. */
    private static void moveToTrash(Cluster cluster, MemorySegment pool, RbdLocation at)
            throws CephError, StoreException {
        try {
            cluster.ceph().moveToTrash(pool, at.image());
        } catch (CephError error) {
            if (error.is(CephError.BUSY)) {
                throw inUse(at);
            }
            throw error;
        }
    }

    /**
     * Makes a snapshot removable: nothing depends on it afterwards.
     *
     * @throws StoreException.InUse when something does, or somebody has the image open for writing
     */
    static void unprotect(Cluster cluster, MemorySegment pool, RbdLocation at, String snapshot)
            throws CephError, StoreException {
        Librbd ceph = cluster.ceph();
        MemorySegment image = ceph.open(pool, at.image());
        try {
            if (ceph.watchers(image) > 1) {
                throw inUse(at);
            }
            unprotect(ceph, image, snapshot);
        } catch (CephError error) {
            if (error.is(CephError.BUSY)) {
                throw inUse(at);
            }
            throw error;
        } finally {
            ceph.close(image);
        }
    }

    /** Undoes {@link #unprotect}. */
    static void protect(Cluster cluster, MemorySegment pool, String name, String snapshot) throws CephError {
        Librbd ceph = cluster.ceph();
        MemorySegment image = ceph.open(pool, name);
        try {
            ceph.protect(image, snapshot);
        } catch (CephError error) {
            if (!error.is(CephError.BUSY)) {
                throw error; // busy: it is protected already
            }
        } finally {
            ceph.close(image);
        }
    }

    /** Unprotects and removes a snapshot that is there, perhaps. */
    static void dropSnapshot(Cluster cluster, MemorySegment pool, String name, String snapshot) throws CephError {
        Librbd ceph = cluster.ceph();
        MemorySegment image = ceph.open(pool, name);
        try {
            unprotect(ceph, image, snapshot);
            try {
                ceph.removeSnapshot(image, snapshot);
            } catch (CephError error) {
                if (!error.is(CephError.MISSING)) {
                    throw error;
                }
            }
        } finally {
            ceph.close(image);
        }
    }

    private static void unprotect(Librbd ceph, MemorySegment image, String snapshot) throws CephError {
        try {
            ceph.unprotect(image, snapshot);
        } catch (CephError error) {
            // Invalid: it is not protected.
            if (!error.is(CephError.INVALID) && !error.is(CephError.MISSING)) {
                throw error;
            }
        }
    }

    private static StoreException inUse(RbdLocation at) {
        return new StoreException.InUse("image " + at.image() + " in pool " + at.pool() + " is in use");
    }
}
