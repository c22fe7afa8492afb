package glance.store.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The calls by which the store changes a disk, so that tests can break them one by one. */
class FileLayer {
    private static final Logger LOG = LoggerFactory.getLogger(FileLayer.class);

    /** The file system itself. */
    static final FileLayer SYSTEM = new FileLayer();

    /** A new, empty file; fails when the name is taken. */
    FileChannel create(Path file) throws IOException {
        return FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }

    /** Writes some of {@code bytes} at {@code position}; says how many. */
    int write(FileChannel file, ByteBuffer bytes, long position) throws IOException {
        return file.write(bytes, position);
    }

    /** Brings the data, and what is needed to read it back, to the disk. */
    void sync(FileChannel file) throws IOException {
        file.force(false);
    }

    /**
     * Gives a complete file its final name, in one step and never over another file.
     *
     * @throws FileAlreadyExistsException when the name is taken
     */
    void publish(Path from, Path to) throws IOException {
        try {
            Files.createLink(to, from);
        } catch (FileAlreadyExistsException | NoSuchFileException decided) {
            throw decided;
        } catch (UnsupportedOperationException | IOException refused) {
            publishWithoutLinks(from, to);
            return;
        }
        try {
            Files.deleteIfExists(from);
        } catch (IOException leftover) {
            // The data has its name, so this is no failure of the publication; the sweep removes the second name.
            LOG.warn("a half-written file could not be removed file={}", from, leftover);
        }
    }

    /**
     * For file systems without hard links (some network and FUSE ones): wins the name first, then replaces its own empty
     * placeholder. A crash between the two leaves the placeholder, which recovery removes like any bytes nobody records.
     */
    void publishWithoutLinks(Path from, Path to) throws IOException {
        Files.createFile(to);
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException failure) {
            Files.delete(to);
            throw failure;
        }
    }

    /** Removes a file; says whether it was there. */
    boolean delete(Path file) throws IOException {
        return Files.deleteIfExists(file);
    }

    /** Makes names given and taken in {@code directory} durable. */
    void syncDirectory(Path directory) throws IOException {
        try (FileChannel handle = FileChannel.open(directory, StandardOpenOption.READ)) {
            handle.force(true);
        }
    }
}
