package glance.store.file;

import glance.image.ImageId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Half-written files: {@code <datadir>/.glance-partial/<worker>~<image id>~<n>}, in the same file system as what they
 * become. Thread-safe.
 */
final class Partials {
    private static final String DIRECTORY = ".glance-partial";
    private static final String SEPARATOR = "~";

    /** Age at which a file of any worker is taken for abandoned: no upload goes without a write for that long. */
    private static final Duration VERY_OLD = Duration.ofDays(7);

    private final FileStoreDriver.Environment environment;
    private final String prefix;
    private final AtomicLong count = new AtomicLong();
    private final Set<Path> live = ConcurrentHashMap.newKeySet();

    /** A new, empty, half-written file. */
    record Partial(Path path, FileChannel channel) {}

    Partials(FileStoreDriver.Environment environment) {
        this.environment = environment;
        this.prefix = environment.worker().replaceAll("[^A-Za-z0-9._-]", "_") + SEPARATOR;
    }

    Partial create(Path datadir, ImageId image) throws IOException {
        Path directory = Files.createDirectories(datadir.resolve(DIRECTORY));
        while (true) {
            Path path = directory.resolve(prefix + image + SEPARATOR + count.incrementAndGet());
            live.add(path);
            try {
                return new Partial(path, environment.disk().create(path));
            } catch (FileAlreadyExistsException leftover) {
                // A predecessor's, not swept yet; its number is taken.
                live.remove(path);
            } catch (IOException failure) {
                live.remove(path);
                throw failure;
            }
        }
    }

    void closed(Path path) {
        live.remove(path);
    }

    /** Removes every half-written file of one image, whoever writes it. */
    void removeFor(Path datadir, String image) throws IOException {
        for (Path path : list(datadir, "*" + SEPARATOR + escaped(image) + SEPARATOR + "*")) {
            environment.disk().delete(path);
        }
    }

    /** An id may hold characters with a meaning in globs. */
    private static String escaped(String image) {
        return image.replaceAll("([\\\\*?\\[\\]{}])", "\\\\$1");
    }

    /** Removes this worker's files that nobody in this process writes, and very old ones of anyone. */
    int sweep(Path datadir) throws IOException {
        int removed = 0;
        for (Path path : list(datadir, "*")) {
            boolean own = String.valueOf(path.getFileName()).startsWith(prefix);
            if (!live.contains(path)
                    && (own || isVeryOld(path))
                    && environment.disk().delete(path)) {
                removed++;
            }
        }
        return removed;
    }

    private boolean isVeryOld(Path path) throws IOException {
        try {
            Instant limit = environment.clock().instant().minus(VERY_OLD);
            return Files.getLastModifiedTime(path).toInstant().isBefore(limit);
        } catch (NoSuchFileException gone) {
            return false;
        }
    }

    private static List<Path> list(Path datadir, String glob) throws IOException {
        List<Path> paths = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(datadir.resolve(DIRECTORY), glob)) {
            stream.forEach(paths::add);
        } catch (NoSuchFileException none) {
            return List.of();
        } catch (DirectoryIteratorException failure) {
            throw failure.getCause();
        }
        return paths;
    }

    /** Creates, writes and removes a file of one byte. */
    void probe(Path datadir) throws IOException {
        Partial partial = create(datadir, new ImageId("health"));
        try (FileChannel channel = partial.channel()) {
            environment.disk().write(channel, ByteBuffer.wrap(new byte[1]), 0);
        } finally {
            environment.disk().delete(partial.path());
            closed(partial.path());
        }
    }
}
