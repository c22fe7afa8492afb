package glance.store.file;

import glance.store.StoreException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What a failing call to the file system means for the store. */
final class FileFailures {
    private static final List<String> FULL =
            List.of("No space left on device", "Disk quota exceeded", "File too large");
    private static final List<String> DENIED =
            List.of("Permission denied", "Operation not permitted", "Read-only file system");

    /** Free bytes below which a failed write is taken for a full disk, whatever language the system's message has. */
    private static final long NEARLY_FULL = 1 << 20;

    private FileFailures() {}

    /**
     * @param doing what was tried, e.g. {@code writing /var/lib/glance/images/ID}
     * @param directory where
     */
    static StoreException of(String doing, Path directory, IOException failure) {
        if (failure instanceof StoreException known) {
            return known;
        }
        String message = String.valueOf(failure.getMessage());
        if (failure instanceof AccessDeniedException || DENIED.stream().anyMatch(message::contains)) {
            return new StoreException.Denied(doing + " was denied", failure);
        }
        if (FULL.stream().anyMatch(message::contains) || isNearlyFull(directory)) {
            return new StoreException.Full(doing + " found no room", failure);
        }
        return new StoreException.Unavailable(doing + " failed", failure);
    }

    private static boolean isNearlyFull(Path directory) {
        try {
            return Files.getFileStore(directory).getUsableSpace() < NEARLY_FULL;
        } catch (IOException unknown) {
            return false;
        }
    }
}
