package glance.store.file;

import glance.fault.FailPoints;
import glance.image.ImageId;
import glance.store.ByteRange;
import glance.store.Capability;
import glance.store.Health;
import glance.store.Inventory;
import glance.store.Payload;
import glance.store.Store;
import glance.store.StoreException;
import glance.store.StoreId;
import glance.store.StoreLocation;
import glance.store.WriteSession;
import glance.store.file.FileStoreConfig.Datadir;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Image data as files {@code <datadir>/<image id>}, recorded as {@code file://<absolute path>}; the path is not
 * percent-encoded. Nothing but complete, synced files ever has such a name, since others (Nova on shared storage) look at
 * the directory too.
 */
public final class FileStore implements Store, Inventory {
    private static final Logger LOG = LoggerFactory.getLogger(FileStore.class);
    private static final List<String> SCHEMES = List.of("file", "filesystem");

    /** Threads for early syncs: they wait for the disk, and more at once do not make it faster. */
    private static final int SYNC_THREADS = 2;

    private final StoreId id;
    private final FileStoreConfig config;
    private final Set<Capability> capabilities;
    private final FileLayer disk;
    private final FailPoints failPoints;
    private final Partials partials;
    private final ExecutorService syncs = Executors.newFixedThreadPool(SYNC_THREADS, work -> {
        Thread thread = new Thread(work, "file-store-sync");
        thread.setDaemon(true);
        return thread;
    });

    FileStore(
            StoreId id, FileStoreConfig config, Set<Capability> capabilities, FileStoreDriver.Environment environment) {
        this.id = id;
        this.config = config;
        this.capabilities = Set.copyOf(capabilities);
        this.disk = environment.disk();
        this.failPoints = environment.failPoints();
        this.partials = new Partials(environment);
    }

    /** Everything a file store can do. */
    static final Set<Capability> ALL =
            EnumSet.of(Capability.READ, Capability.READ_RANGE, Capability.WRITE, Capability.DELETE);

    @Override
    public StoreId id() {
        return id;
    }

    @Override
    public Set<String> schemes() {
        return Set.copyOf(SCHEMES);
    }

    @Override
    public Map<String, @Nullable Object> properties() {
        Map<String, @Nullable Object> properties = new LinkedHashMap<>();
        List<Datadir> directories = config.directories();
        properties.put(
                "data_dir",
                directories.size() == 1 ? directories.getFirst().path().toString() : null);
        properties.put("chunk_size", config.chunkBytes());
        properties.put("thin_provisioning", config.thin());
        return properties;
    }

    @Override
    public Set<Capability> capabilities() {
        return capabilities;
    }

    @Override
    public Set<StoreLocation> candidates(ImageId image) {
        Set<StoreLocation> candidates = new LinkedHashSet<>();
        if (isFileName(image)) {
            config.directories().forEach(datadir -> candidates.add(locationIn(datadir, image)));
        }
        return candidates;
    }

    private StoreLocation locationIn(Datadir datadir, ImageId image) {
        Path file = datadir.path().resolve(image.value());
        return new StoreLocation("file://" + file, config.metadataOf(file));
    }

    /** An id may be any text a client chose; only a plain name stays inside the directory. */
    private static boolean isFileName(ImageId image) {
        String name = image.value();
        return image.isPossible() && !name.startsWith(".") && name.indexOf('/') < 0 && name.indexOf('\0') < 0;
    }

    @Override
    public boolean holds(StoreLocation location) {
        try {
            Path file = pathOf(location);
            return config.directories().stream().anyMatch(datadir -> file.startsWith(datadir.path()));
        } catch (StoreException.NotFound malformed) {
            return false;
        }
    }

    @Override
    public WriteSession<StoreLocation> create(ImageId image, OptionalLong size) throws StoreException {
        if (!capabilities.contains(Capability.WRITE)) {
            throw new StoreException.Unsupported("store " + id + " is not configured for writing");
        }
        if (!isFileName(image)) {
            throw new StoreException.Unsupported("image ID " + image + " cannot be a file name");
        }
        Datadir datadir = Placement.choose(config.directories(), size);
        StoreLocation location = locationIn(datadir, image);
        Path target = datadir.path().resolve(image.value());
        if (Files.exists(target)) {
            throw new StoreException.AlreadyExists("there is data at " + location + " already");
        }
        try {
            Partials.Partial partial = partials.create(datadir.path(), image);
            FileWrite.Parts parts = new FileWrite.Parts(config, disk, failPoints, syncs, partials::closed);
            return new FileWrite(parts, partial.channel(), partial.path(), target, location);
        } catch (IOException failure) {
            throw FileFailures.of("creating a file in " + datadir.path(), datadir.path(), failure);
        }
    }

    @Override
    public Payload open(StoreLocation location, ByteRange range) throws StoreException {
        Path path = pathOf(location);
        FileChannel file = openForReading(path);
        try {
            long size = file.size();
            if (range.offset() > size || range.length() > size - range.offset()) {
                throw new StoreException.NotFound("range " + range.offset() + "+" + range.length() + " is not in the "
                        + size + " bytes of " + location);
            }
            return new FilePayload(file, range);
        } catch (IOException failure) {
            closeAfter(failure, file);
            throw FileFailures.of("reading " + path, path, failure);
        }
    }

    private static FileChannel openForReading(Path path) throws StoreException {
        try {
            if (!Files.isRegularFile(path)) {
                throw new NoSuchFileException(path.toString());
            }
            return FileChannel.open(path, StandardOpenOption.READ);
        } catch (NoSuchFileException missing) {
            throw new StoreException.NotFound("there is no file " + path);
        } catch (IOException failure) {
            throw FileFailures.of("opening " + path, path, failure);
        }
    }

    private static void closeAfter(IOException failure, FileChannel file) {
        try {
            file.close();
        } catch (IOException second) {
            failure.addSuppressed(second);
        }
    }

    @Override
    public long size(StoreLocation location) throws StoreException {
        Path path = pathOf(location);
        try {
            if (!Files.isRegularFile(path)) {
                throw new NoSuchFileException(path.toString());
            }
            return Files.size(path);
        } catch (NoSuchFileException missing) {
            throw new StoreException.NotFound("there is no file " + path);
        } catch (IOException failure) {
            throw FileFailures.of("looking at " + path, path, failure);
        }
    }

    @Override
    public boolean delete(StoreLocation location) throws StoreException {
        Path path;
        try {
            path = pathOf(location);
        } catch (StoreException.NotFound malformed) {
            return false;
        }
        Path directory = Objects.requireNonNull(path.getParent());
        try {
            // First what is half-written: once that is gone, nobody can publish it after the unlink below.
            partials.removeFor(
                    directory, Objects.requireNonNull(path.getFileName()).toString());
            boolean existed = disk.delete(path);
            if (existed) {
                disk.syncDirectory(directory);
            }
            return existed;
        } catch (NoSuchFileException missing) {
            return false;
        } catch (IOException failure) {
            throw FileFailures.of("deleting " + path, directory, failure);
        }
    }

    @Override
    public int sweep() throws StoreException {
        int removed = 0;
        for (Datadir datadir : config.directories()) {
            try {
                removed += partials.sweep(datadir.path());
            } catch (IOException failure) {
                throw FileFailures.of("sweeping " + datadir.path(), datadir.path(), failure);
            }
        }
        return removed;
    }

    /** The files directly below the directories; hidden ones are nobody's data, and half-written ones are hidden. */
    @Override
    public void visitAll(Visitor visitor) throws StoreException {
        for (Datadir datadir : config.directories()) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(datadir.path(), "[!.]*")) {
                for (Path file : files) {
                    visit(file, visitor);
                }
            } catch (DirectoryIteratorException failure) {
                throw FileFailures.of(
                        "listing " + datadir.path(), datadir.path(), Objects.requireNonNull(failure.getCause()));
            } catch (StoreException failure) {
                throw failure;
            } catch (IOException failure) {
                throw FileFailures.of("listing " + datadir.path(), datadir.path(), failure);
            }
        }
    }

    private void visit(Path file, Visitor visitor) throws IOException {
        BasicFileAttributes attributes;
        try {
            attributes = Files.readAttributes(file, BasicFileAttributes.class);
        } catch (NoSuchFileException gone) {
            LOG.trace("file went away file={}", file);
            return;
        }
        if (attributes.isRegularFile()) {
            visitor.visit(new Stored(
                    new StoreLocation("file://" + file, config.metadataOf(file)),
                    Objects.requireNonNull(file.getFileName()).toString(),
                    attributes.size(),
                    attributes.lastModifiedTime().toInstant()));
        }
    }

    @Override
    public Health health() {
        for (Datadir datadir : config.directories()) {
            try {
                partials.probe(datadir.path());
                return Health.ok();
            } catch (IOException failure) {
                LOG.debug("a small write failed directory={}", datadir.path(), failure);
            }
        }
        return Health.down("no directory of store " + id + " takes a small write");
    }

    @Override
    public void close() {
        syncs.close();
    }

    /**
     * @throws StoreException.NotFound when it is no file's location: then the image's other locations count
     */
    private static Path pathOf(StoreLocation location) throws StoreException.NotFound {
        if (SCHEMES.contains(location.scheme())) {
            String text = location.url().substring(location.scheme().length() + "://".length());
            if (text.startsWith("/") && text.indexOf('\0') < 0) {
                Path path = Path.of(text).normalize();
                if (path.getFileName() != null) {
                    return path;
                }
            }
        }
        throw new StoreException.NotFound("no file can be at " + location);
    }
}
