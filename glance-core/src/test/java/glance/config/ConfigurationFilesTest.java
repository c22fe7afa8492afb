package glance.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationFilesTest {
    private static final Option<String> NAME = Option.text("name").orElse("default");
    private static final Option<List<String>> DIRS = Option.repeated("dirs").orElse(List.of());
    private static final Option<Boolean> DEBUG = Option.flag("debug").orElse(false);
    private static final List<OptionGroup> OPTIONS = List.of(new OptionGroup(
            "DEFAULT", "", List.of(NAME, DIRS, DEBUG, Option.port("bind_port").orElse(9292))));

    @TempDir
    Path root;

    private Path first;
    private Path second;

    @BeforeEach
    void standardDirectories() throws IOException {
        first = Files.createDirectory(root.resolve("first"));
        second = Files.createDirectory(root.resolve("second"));
    }

    private ConfigurationFiles files(Map<String, String> environment) {
        return ConfigurationFiles.of(List.of("glance-api"), environment, List.of(first, second));
    }

    private static Path write(Path directory, String name, String text) throws IOException {
        return Files.writeString(Files.createDirectories(directory).resolve(name), "[DEFAULT]\n" + text + "\n");
    }

    private static Section read(ConfigurationFiles files) {
        return files.load(OPTIONS).configuration().section("DEFAULT");
    }

    @Test
    void withoutAnyFileTheDefaultsHold() {
        assertThat(read(files(Map.of())).get(NAME)).isEqualTo("default");
        assertThat(files(Map.of()).load(OPTIONS).findings()).isEmpty();
    }

    @Test
    void eachStandardFileIsTakenFromTheFirstDirectoryThatHasIt() throws IOException {
        write(first, "glance.conf", "dirs = 1");
        write(second, "glance.conf", "dirs = unread");
        write(second, "glance-api.conf", "dirs = 2");
        write(second.resolve("glance.conf.d"), "x.conf", "dirs = 3");
        write(first.resolve("glance-api.conf.d"), "b.conf", "dirs = 5");
        write(first.resolve("glance-api.conf.d"), "a.conf", "dirs = 4");
        write(first.resolve("glance-api.conf.d"), "a.txt", "dirs = unread");
        assertThat(read(files(Map.of())).get(DIRS)).containsExactly("1", "2", "3", "4", "5");
    }

    @Test
    void namedFilesReplaceTheStandardFilesAndKeepTheirOrder() throws IOException {
        write(first, "glance-api.conf", "dirs = unread");
        write(first.resolve("glance-api.conf.d"), "x.conf", "dirs = 1");
        Path a = write(root, "a.conf", "dirs = 2");
        Path b = write(root, "b.conf", "dirs = 3");
        assertThat(read(files(Map.of()).withFile(a).withFile(b)).get(DIRS)).containsExactly("1", "2", "3");
    }

    @Test
    void namedFilesAndDirectoriesAreReadInTheOrderGiven() throws IOException {
        write(first.resolve("glance-api.conf.d"), "x.conf", "dirs = unread");
        Path a = write(root, "a.conf", "dirs = 2\nname = file");
        write(root.resolve("d"), "z.conf", "dirs = 1\nname = directory");
        Section section = read(files(Map.of()).withDirectory(root.resolve("d")).withFile(a));
        assertThat(section.get(DIRS)).containsExactly("1", "2");
        assertThat(section.get(NAME)).isEqualTo("file");
    }

    @Test
    void aNamedFileOrDirectoryThatIsMissingIsAnError() {
        Path missing = root.resolve("missing.conf");
        assertThatThrownBy(() -> read(files(Map.of()).withFile(missing)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(missing.toString());
        assertThatThrownBy(() -> read(files(Map.of()).withDirectory(root.resolve("none"))))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("none");
    }

    @Test
    void theCommandLineBeatsTheEnvironmentBeatsTheFiles() throws IOException {
        write(first, "glance-api.conf", "name = file");
        assertThat(read(files(Map.of())).get(NAME)).isEqualTo("file");
        Map<String, String> environment = Map.of("OS_DEFAULT__NAME", "environment");
        assertThat(read(files(environment)).get(NAME)).isEqualTo("environment");
        assertThat(read(files(environment).withValue("DEFAULT", "name", "command"))
                        .get(NAME))
                .isEqualTo("command");
    }

    @Test
    void aRefusedValueOfTheEnvironmentNamesTheVariable() {
        assertThatThrownBy(() -> read(files(Map.of("OS_DEFAULT__BIND_PORT", "x"))))
                .hasMessageStartingWith(
                        "environment variable OS_DEFAULT__BIND_PORT: option bind_port in [DEFAULT]: 'x'");
    }

    @Test
    void everyRefusedValueIsToldAtOnce() throws IOException {
        Path file = write(first, "glance-api.conf", "debug = maybe\nbind_port = -1");
        assertThatThrownBy(() -> read(files(Map.of())))
                .hasMessageContaining(file + ":2: option debug in [DEFAULT]: 'maybe'")
                .hasMessageContaining(file + ":3: option bind_port in [DEFAULT]: '-1'");
    }

    @Test
    void theImportFileBesideTheApiFileIsReadBeforeIt() throws IOException {
        write(first, "glance-image-import.conf", "dirs = 1\nname = import");
        Path api = write(first, "glance-api.conf", "dirs = 2\nname = api");
        for (ConfigurationFiles files : List.of(files(Map.of()), files(Map.of()).withFile(api))) {
            assertThat(read(files).get(DIRS)).containsExactly("1", "2");
            assertThat(read(files).get(NAME)).isEqualTo("api");
            assertThat(files.load(OPTIONS).configuration().files()).containsExactly(api);
        }
    }

    @Test
    void auxiliaryFilesAreSearchedFromTheNamedDirectoriesToTheStandardOnes() throws IOException {
        Path a = write(root.resolve("a"), "a.conf", "");
        Path b = write(root.resolve("b"), "b.conf", "");
        Path d = Files.createDirectory(root.resolve("d"));
        Configuration configuration = files(Map.of())
                .withFile(a)
                .withDirectory(d)
                .withFile(b)
                .load(OPTIONS)
                .configuration();
        assertThat(configuration.findFile("policy.yaml")).isEmpty();
        for (Path directory : List.of(second, first, root.resolve("a"), root.resolve("b"), d)) {
            Path policy = write(directory, "policy.yaml", "");
            assertThat(configuration.findFile("policy.yaml")).contains(policy);
            assertThat(configuration.findFile(policy.toString())).contains(policy);
        }
    }

    @Test
    void theCommandLineNamesFilesAndOptionsOfDefault() throws IOException {
        Path a = write(root, "a.conf", "dirs = 1\ndebug = no");
        ConfigurationFiles files = CommandLine.apply(
                List.of("--config-file", a.toString(), "-d", "--bind-port=80", "--name", "x=y"),
                files(Map.of()),
                OPTIONS);
        Section section = read(files);
        assertThat(section.get(DIRS)).containsExactly("1");
        assertThat(section.get(DEBUG)).isTrue();
        assertThat(section.get(Option.port("bind_port"))).isEqualTo(80);
        assertThat(section.get(NAME)).isEqualTo("x=y");
        assertThat(read(CommandLine.apply(List.of("--nodebug"), files, OPTIONS)).get(DEBUG))
                .isFalse();
    }

    @Test
    void anArgumentThatIsNotUnderstoodIsNamed() {
        assertThatThrownBy(() -> CommandLine.apply(List.of("--bind-prot", "1"), files(Map.of()), OPTIONS))
                .hasMessageContaining("--bind-prot");
        assertThatThrownBy(() -> CommandLine.apply(List.of("--name"), files(Map.of()), OPTIONS))
                .hasMessageContaining("needs a value");
        assertThatThrownBy(() -> CommandLine.apply(List.of("stray"), files(Map.of()), OPTIONS))
                .hasMessageContaining("'stray'");
    }
}
