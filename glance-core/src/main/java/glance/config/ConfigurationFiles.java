package glance.config;

import glance.config.Layers.Given;
import glance.config.Names.Place;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Where one program's configuration comes from. Immutable; {@link #load} reads the files anew each time, so that the same
 * instance serves a reload.
 *
 * <p>Without named files, {@code glance.conf} and {@code PROGRAM.conf} are each taken from the first standard directory that
 * has it; without named directories, likewise {@code glance.conf.d} and {@code PROGRAM.conf.d}. The standard directories are
 * {@code ~/.glance}, {@code ~}, {@code /etc/glance}, {@code /etc} and those of a snap, preceded by
 * {@code $OS_GLANCE_CONFIG_DIR} when that is set. A {@code glance-image-import.conf} beside {@code glance-api.conf} is read just
 * before it.
 */
public final class ConfigurationFiles {
    private static final String PROJECT = "glance";
    private static final String IMPORT_FILE = "glance-image-import.conf";
    private static final String API_FILE = "glance-api.conf";

    /** A file or directory named on the command line; their order counts. */
    private record Named(Path path, boolean isDirectory) {}

    /**
     * A configuration read and checked.
     *
     * @param findings what the operator should be told, in the order of the files
     */
    public record Loaded(Configuration configuration, List<Finding> findings) {
        public Loaded {
            findings = List.copyOf(findings);
        }
    }

    private final List<String> programs;
    private final List<Named> named;
    private final List<Given> overrides;
    private final Map<String, String> environment;
    private final List<Path> standardDirectories;

    private ConfigurationFiles(
            List<String> programs,
            List<Named> named,
            List<Given> overrides,
            Map<String, String> environment,
            List<Path> standardDirectories) {
        this.programs = List.copyOf(programs);
        this.named = List.copyOf(named);
        this.overrides = List.copyOf(overrides);
        this.environment = Map.copyOf(environment);
        this.standardDirectories = List.copyOf(standardDirectories);
    }

    /**
     * Of this process: its environment, its user's home, the usual directories.
     *
     * @param programs file names without {@code .conf}, later ones win, e.g. {@code glance-api}, then {@code glance-manage}
     */
    public static ConfigurationFiles ofProcess(String... programs) {
        Path home = Path.of(System.getProperty("user.home", "/"));
        Map<String, String> environment = System.getenv();
        return of(List.of(programs), environment, usualDirectories(home, environment));
    }

    /** As {@link #ofProcess}, of the first of these programs that has a file; of the very first when none has. */
    public static ConfigurationFiles ofFirst(String... programs) {
        return Stream.of(programs)
                .map(ConfigurationFiles::ofProcess)
                .filter(files ->
                        files.first(files.programs.getFirst() + ".conf").isPresent())
                .findFirst()
                .orElseGet(() -> ofProcess(programs[0]));
    }

    /**
     * Of a given environment.
     *
     * @param standardDirectories searched in this order
     */
    public static ConfigurationFiles of(
            List<String> programs, Map<String, String> environment, List<Path> standardDirectories) {
        return new ConfigurationFiles(programs, List.of(), List.of(), environment, standardDirectories);
    }

    private static List<Path> usualDirectories(Path home, Map<String, String> environment) {
        List<Path> directories = new ArrayList<>();
        Optional.ofNullable(environment.get("OS_GLANCE_CONFIG_DIR"))
                .ifPresent(directory -> directories.add(Path.of(directory)));
        directories.addAll(List.of(home.resolve("." + PROJECT), home, Path.of("/etc", PROJECT), Path.of("/etc")));
        for (String variable : List.of("SNAP_COMMON", "SNAP")) {
            Optional.ofNullable(environment.get(variable))
                    .ifPresent(directory -> directories.add(Path.of(directory, "etc", PROJECT)));
        }
        return directories;
    }

    /** Also reads this file; it must exist. It replaces the standard files. */
    public ConfigurationFiles withFile(Path file) {
        return with(new Named(file, false));
    }

    /** Also reads this directory's {@code *.conf} files by name; it must exist. It replaces the standard directories. */
    public ConfigurationFiles withDirectory(Path directory) {
        return with(new Named(directory, true));
    }

    private ConfigurationFiles with(Named one) {
        List<Named> more = new ArrayList<>(named);
        more.add(one);
        return new ConfigurationFiles(programs, more, overrides, environment, standardDirectories);
    }

    /** With a value of the command line, which beats environment and files. */
    public ConfigurationFiles withValue(String section, String option, String text) {
        List<Given> more = new ArrayList<>(overrides);
        more.add(new Given(new Place(section, option), text, Layers.COMMAND_LINE));
        return new ConfigurationFiles(programs, named, more, environment, standardDirectories);
    }

    /**
     * Reads and checks everything.
     *
     * @param options all options of the program
     * @throws ConfigException when a file cannot be read or values cannot be used, a line for each
     */
    public Loaded load(List<OptionGroup> options) {
        Catalogue catalogue = new Catalogue(options);
        MergedConfiguration configuration = read(catalogue);
        Check check = new Check(configuration, catalogue);
        check.requireUsable();
        return new Loaded(configuration, check.findings());
    }

    MergedConfiguration read(Catalogue catalogue) {
        Set<Path> files = new LinkedHashSet<>();
        Set<Path> reading = new LinkedHashSet<>();
        if (named.stream().allMatch(Named::isDirectory)) {
            standardFiles().forEach(file -> addFile(file, files, reading));
        }
        if (named.stream().noneMatch(Named::isDirectory)) {
            standardDirectoriesOfFiles().forEach(directory -> reading.addAll(filesIn(directory)));
        }
        List<Path> searched = new ArrayList<>();
        for (Named one : named) {
            if (one.isDirectory()) {
                reading.addAll(filesIn(one.path()));
                searched.add(one.path());
            } else {
                addFile(one.path(), files, reading);
            }
        }
        List<Path> inOrder = List.copyOf(files);
        inOrder.reversed().forEach(file -> searched.add(file.toAbsolutePath().getParent()));
        searched.addAll(standardDirectories);
        Layers layers = new Layers(reading.stream().map(IniFile::read).toList(), overrides, environment);
        return new MergedConfiguration(layers, catalogue, inOrder, searched);
    }

    private void addFile(Path file, Set<Path> files, Set<Path> reading) {
        Path beside = file.resolveSibling(IMPORT_FILE);
        boolean isNamed = named.stream().anyMatch(one -> one.path().equals(beside));
        if (file.endsWith(API_FILE) && !isNamed && Files.isRegularFile(beside)) {
            reading.add(beside);
        }
        files.add(file);
        reading.add(file);
    }

    private Stream<Path> standardFiles() {
        return standardNames().flatMap(name -> first(name + ".conf").stream());
    }

    private Stream<Path> standardDirectoriesOfFiles() {
        return standardNames().flatMap(name -> first(name + ".conf.d").stream());
    }

    private Stream<String> standardNames() {
        return Stream.concat(Stream.of(PROJECT), programs.stream());
    }

    private Optional<Path> first(String name) {
        return standardDirectories.stream()
                .map(directory -> directory.resolve(name))
                .filter(Files::exists)
                .findFirst();
    }

    private static List<Path> filesIn(Path directory) {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.filter(entry -> entry.getFileName().toString().endsWith(".conf"))
                    .filter(Files::isRegularFile)
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new ConfigException(
                    "configuration directory " + directory + ": cannot be read: " + e.getMessage(), e);
        }
    }
}
