package glance.store.file;

import glance.config.Option;
import glance.config.OptionGroup;
import glance.config.Section;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a file store is told.
 *
 * @param directories where data goes, highest priority first
 * @param metadata entries of the metadata file, in file order; empty without one
 * @param permissions of data files; empty leaves what the process's umask gives
 * @param chunkBytes unit of thin provisioning
 * @param thin whether chunks of zeros become holes
 */
record FileStoreConfig(
        List<Datadir> directories,
        List<MountMetadata> metadata,
        Set<PosixFilePermission> permissions,
        int chunkBytes,
        boolean thin) {

    static final Option<String> DATADIR = legacy(Option.text("filesystem_store_datadir"))
            .orElse("/var/lib/glance/images")
            .help("Directory of the image files; created when missing.");
    static final Option<List<String>> DATADIRS = legacy(Option.repeated("filesystem_store_datadirs"))
            .orElse(List.of())
            .help("Several directories, DIR[:priority] each; filesystem_store_datadir must then be empty. "
                    + "Higher priority first, then more free space.");
    static final Option<String> METADATA_FILE = legacy(Option.text("filesystem_store_metadata_file"))
            .orElse("")
            .help("JSON file with id and mountpoint to record beside new locations.");
    static final Option<Integer> FILE_PERM = legacy(Option.integer("filesystem_store_file_perm"))
            .orElse(0)
            .help("Mode of image files, the digits read as octal, e.g. 640; 0 leaves the umask's.");
    static final Option<Integer> CHUNK_SIZE = Option.integer("filesystem_store_chunk_size")
            .atLeast(1)
            .orElse(65_536)
            .help("Bytes of a chunk: the unit in which thin provisioning looks for zeros.");
    static final Option<Boolean> THIN =
            Option.flag("filesystem_thin_provisioning").orElse(false).help("Leave holes where a whole chunk is zeros.");
    static final Option<Integer> TIMEOUT = Option.integer("filesystem_store_timeout")
            .atLeast(0)
            .orElse(0)
            .help("Accepted for compatibility; calls to the file system are not timed.");
    static final Option<Integer> THREAD_POOL_SIZE = Option.integer("filesystem_store_thread_pool_size")
            .atLeast(1)
            .orElse(10)
            .help("Accepted for compatibility; see filesystem_store_timeout.");
    static final Option<Integer> THREADPOOL_THRESHOLD = Option.integer("filesystem_store_threadpool_threshold")
            .atLeast(0)
            .atMost(100)
            .orElse(75)
            .help("Accepted for compatibility; see filesystem_store_timeout.");

    /** The options, the same in every section a file store is configured in. */
    static final List<Option<?>> OPTIONS = List.of(
            DATADIR,
            DATADIRS,
            METADATA_FILE,
            FILE_PERM,
            CHUNK_SIZE,
            THIN,
            TIMEOUT,
            THREAD_POOL_SIZE,
            THREADPOOL_THRESHOLD);

    /**
     * @param priority higher is filled first
     */
    record Datadir(Path path, int priority) {}

    /** The configuration cannot be used; the message says why and names no secret. */
    static final class Unusable extends Exception {
        private static final long serialVersionUID = 1L;

        Unusable(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    FileStoreConfig {
        directories = List.copyOf(directories);
        metadata = List.copyOf(metadata);
        permissions = Set.copyOf(permissions);
    }

    static OptionGroup options(String section) {
        return new OptionGroup(section, "The file store.", OPTIONS);
    }

    private static <T> Option<T> legacy(Option<T> option) {
        return option.formerly("DEFAULT", option.name());
    }

    static FileStoreConfig from(Section section) throws Unusable {
        Optional<String> metadataFile = section.find(METADATA_FILE).filter(name -> !name.isBlank());
        return new FileStoreConfig(
                directories(section),
                metadataFile.isPresent() ? MountMetadata.read(Path.of(metadataFile.get())) : List.of(),
                permissions(section.get(FILE_PERM)),
                section.get(CHUNK_SIZE),
                section.get(THIN));
    }

    private static List<Datadir> directories(Section section) throws Unusable {
        String one = section.get(DATADIR).strip();
        List<String> several = section.get(DATADIRS);
        if (several.isEmpty()) {
            if (one.isEmpty()) {
                throw new Unusable("filesystem_store_datadir and filesystem_store_datadirs are both empty", null);
            }
            return List.of(new Datadir(Path.of(one).toAbsolutePath().normalize(), 0));
        }
        if (!one.isEmpty()) {
            throw new Unusable(
                    "filesystem_store_datadir and filesystem_store_datadirs are both set; with several directories "
                            + "write 'filesystem_store_datadir =' with no value",
                    null);
        }
        Map<Path, Integer> priorities = new LinkedHashMap<>();
        for (String text : several) {
            Datadir datadir = parse(text.strip());
            Integer former = priorities.put(datadir.path(), datadir.priority());
            if (former != null && former != datadir.priority()) {
                throw new Unusable(
                        "filesystem_store_datadirs gives " + datadir.path() + " two priorities: " + former + " and "
                                + datadir.priority(),
                        null);
            }
        }
        List<Datadir> directories = new ArrayList<>();
        priorities.forEach((path, priority) -> directories.add(new Datadir(path, priority)));
        directories.sort(Comparator.comparingInt(Datadir::priority).reversed());
        return directories;
    }

    /** {@code path[:priority]}, split at the last colon. */
    private static Datadir parse(String text) throws Unusable {
        int colon = text.lastIndexOf(':');
        String path = colon < 0 ? text : text.substring(0, colon).strip();
        String priority = colon < 0 ? "0" : text.substring(colon + 1).strip();
        if (path.isEmpty()) {
            throw new Unusable("filesystem_store_datadirs: no directory in '" + text + "'", null);
        }
        try {
            return new Datadir(Path.of(path).toAbsolutePath().normalize(), Integer.parseInt(priority));
        } catch (NumberFormatException invalid) {
            throw new Unusable(
                    "filesystem_store_datadirs: priority '" + priority + "' in '" + text + "' is no integer", invalid);
        }
    }

    /** Decimal digits that are meant as octal ones: 640 is {@code rw-r-----}. */
    private static Set<PosixFilePermission> permissions(int digits) throws Unusable {
        if (digits <= 0) {
            return Set.of();
        }
        int mode;
        try {
            mode = Integer.parseInt(Integer.toString(digits), 8);
        } catch (NumberFormatException invalid) {
            throw new Unusable("filesystem_store_file_perm: '" + digits + "' is not octal", invalid);
        }
        Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
        PosixFilePermission[] highestFirst = PosixFilePermission.values();
        for (int bit = 0; bit < highestFirst.length; bit++) {
            if ((mode & (0400 >> bit)) != 0) {
                permissions.add(highestFirst[bit]);
            }
        }
        if (!permissions.contains(PosixFilePermission.OWNER_READ)) {
            throw new Unusable(
                    "filesystem_store_file_perm: with " + digits + " the service could not read its own files", null);
        }
        return permissions;
    }

    /** Recorded metadata for a file, from the first entry whose mount point holds it. */
    Map<String, Object> metadataOf(Path file) {
        for (MountMetadata entry : metadata) {
            if (file.startsWith(entry.mountpoint())) {
                return entry.values();
            }
        }
        return Map.of();
    }
}
