package glance.store.file;

import glance.store.StoreException;
import glance.store.file.FileStoreConfig.Datadir;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Chooses among several directories: the highest priority that fits, within it the one with most room. */
final class Placement {
    private static final Logger LOG = LoggerFactory.getLogger(Placement.class);

    private Placement() {}

    /**
     * @param directories highest priority first
     * @throws StoreException.Full when none has room for {@code size}
     */
    static Datadir choose(List<Datadir> directories, OptionalLong size) throws StoreException {
        if (directories.size() == 1) {
            return directories.getFirst();
        }
        Datadir best = null;
        long mostFree = -1;
        for (Datadir datadir : directories) {
            if (best != null && datadir.priority() < best.priority()) {
                break;
            }
            long free = freeBytes(datadir);
            if (free >= size.orElse(0) && free > mostFree) {
                best = datadir;
                mostFree = free;
            }
        }
        return required(best, size);
    }

    private static Datadir required(@Nullable Datadir best, OptionalLong size) throws StoreException {
        if (best == null) {
            throw new StoreException.Full("no directory has room for " + size.orElse(0) + " bytes", null);
        }
        return best;
    }

    /** -1 when unknown: then the directory is not chosen. */
    private static long freeBytes(Datadir datadir) {
        try {
            return Files.getFileStore(datadir.path()).getUsableSpace();
        } catch (IOException failure) {
            LOG.warn("free space is unknown directory={}", datadir.path(), failure);
            return -1;
        }
    }
}
