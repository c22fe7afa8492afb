package glance.store.file;

import glance.config.OptionGroup;
import glance.config.RootFiles;
import glance.config.Section;
import glance.fault.FailPoints;
import glance.store.Capability;
import glance.store.Store;
import glance.store.StoreDriver;
import glance.store.StoreId;
import glance.store.file.FileStoreConfig.Datadir;
import glance.store.file.FileStoreConfig.Unusable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Builds file stores from their section. */
public final class FileStoreDriver implements StoreDriver {
    /** The driver's options where there is one store. */
    public static final OptionGroup OPTIONS = FileStoreConfig.options("glance_store");

    private static final Logger LOG = LoggerFactory.getLogger(FileStoreDriver.class);

    private final Environment environment;

    /** What is not configured. */
    record Environment(String worker, InstantSource clock, FailPoints failPoints, FileLayer disk) {}

    /**
     * @param worker this process's name in {@link glance.image.DataIntent}s: the same after a restart
     */
    public FileStoreDriver(String worker, InstantSource clock, FailPoints failPoints) {
        this(new Environment(worker, clock, failPoints, FileLayer.SYSTEM));
    }

    FileStoreDriver(Environment environment) {
        this.environment = environment;
    }

    @Override
    public String type() {
        return "file";
    }

    @Override
    public OptionGroup options(String section) {
        return FileStoreConfig.options(section);
    }

    /** A store whose configuration is bad still reads, as in the reference; it refuses to write. */
    @Override
    public Store open(StoreId id, Section section) {
        try {
            FileStoreConfig config = FileStoreConfig.from(section);
            for (Datadir datadir : config.directories()) {
                prepare(datadir.path(), config.permissions());
            }
            return new FileStore(id, config, FileStore.ALL, environment);
        } catch (Unusable bad) {
            LOG.warn(
                    "file store is read-only, its configuration is bad store={} section={} reason={}",
                    id,
                    section.name(),
                    bad.getMessage());
            FileStoreConfig none = new FileStoreConfig(List.of(), List.of(), Set.of(), 1, false);
            Set<Capability> reading = EnumSet.complementOf(EnumSet.of(Capability.WRITE, Capability.IN_USE));
            return new FileStore(id, none, reading, environment);
        }
    }

    private void prepare(Path directory, Set<PosixFilePermission> filePermissions) throws Unusable {
        try {
            if (!Files.isDirectory(directory)) {
                make(directory);
                Path parent = directory.getParent();
                if (parent != null) {
                    environment.disk().syncDirectory(parent);
                }
            }
        } catch (IOException failure) {
            throw new Unusable("directory " + directory + " cannot be created", failure);
        }
        if (!Files.isWritable(directory)) {
            throw new Unusable("directory " + directory + " is not writable", null);
        }
        admit(directory, filePermissions);
    }

    private static void make(Path directory) throws IOException {
        Path parent = directory.getParent();
        if (parent != null && !Files.isDirectory(parent)) {
            make(parent);
        }
        Files.createDirectories(directory);
        RootFiles.giveToHost(directory);
    }

    /** Whoever may use the files by their mode must be able to enter the directory. */
    private static void admit(Path directory, Set<PosixFilePermission> filePermissions) {
        try {
            Set<PosixFilePermission> wanted = EnumSet.noneOf(PosixFilePermission.class);
            for (PosixFilePermission permission : filePermissions) {
                String name = permission.name();
                if (name.startsWith("GROUP_")) {
                    wanted.add(PosixFilePermission.GROUP_EXECUTE);
                } else if (name.startsWith("OTHERS_")) {
                    wanted.add(PosixFilePermission.OTHERS_EXECUTE);
                }
            }
            Set<PosixFilePermission> present = EnumSet.copyOf(Files.getPosixFilePermissions(directory));
            if (present.addAll(wanted)) {
                Files.setPosixFilePermissions(directory, present);
            }
        } catch (IOException | UnsupportedOperationException failure) {
            LOG.warn("directory could not be opened for readers of its files directory={}", directory, failure);
        }
    }
}
