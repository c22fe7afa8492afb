package glance.manage;

import static org.assertj.core.api.Assertions.assertThat;

import glance.fault.FailPoints;
import glance.image.Attribute;
import glance.image.DataIntent;
import glance.image.Guard;
import glance.image.ImageChange;
import glance.image.ImageId;
import glance.image.ImageStatus;
import glance.image.Scope;
import glance.registry.sql.DatabaseConfig;
import glance.registry.sql.SqlRegistry;
import glance.store.StoreId;
import glance.store.StoreLocation;
import glance.testkit.registry.Samples;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command as an operator calls it, on a database and a file store of its own. */
class ScrubberTest {
    private final Instant hourAgo = Instant.now().minus(Duration.ofHours(1));

    @TempDir
    Path directory;

    private Path data;
    private Path configuration;
    private Path pidFile;
    private SqlRegistry registry;
    private String output = "";

    @BeforeEach
    void open() throws IOException {
        data = Files.createDirectory(directory.resolve("data"));
        configuration = directory.resolve("glance.conf");
        pidFile = directory.resolve("glance-scrubber.pid");
        configure("");
        registry = SqlRegistry.open(
                DatabaseConfig.sqlite(directory.resolve("glance.sqlite")),
                InstantSource.fixed(hourAgo),
                FailPoints.INERT);
    }

    @AfterEach
    void close() {
        registry.close();
    }

    private void configure(String defaults) throws IOException {
        Files.writeString(configuration, """
                [DEFAULT]
                log_file = %s/log
                %s
                [database]
                connection = sqlite:///%s/glance.sqlite
                [glance_store]
                filesystem_store_datadir = %s
                """.formatted(directory, defaults, directory, data));
    }

    @Test
    void theDataOfDeletedImagesGoesAndThatOfOthersStays() throws Exception {
        configure("scrub_pool_size = 4");
        for (int i = 0; i < 20; i++) {
            retired("gone-" + i);
        }
        active("live");
        assertThat(scrub()).isZero();
        assertThat(names()).containsExactly("live");
        for (int i = 0; i < 20; i++) {
            assertThat(status("gone-" + i)).isEqualTo(ImageStatus.DELETED);
        }
        assertThat(status("live")).isEqualTo(ImageStatus.ACTIVE);
        assertThat(registry.journal().open()).isEmpty();
        assertThat(log()).contains("scrubber round ended images=20 left=0");
    }

    @Test
    void dataStaysForAsLongAsItIsToBeKept() throws Exception {
        retired("one");
        configure("scrub_time = 7200");
        assertThat(scrub()).isZero();
        assertThat(names()).containsExactly("one");
        assertThat(scrub("--scrub-time", "1800")).isZero();
        assertThat(names()).isEmpty();
    }

    @Test
    void dataThatIsGoneAlreadyIsNoFailure() throws Exception {
        retired("one");
        Files.delete(data.resolve("one"));
        assertThat(scrub()).isZero();
        assertThat(status("one")).isEqualTo(ImageStatus.DELETED);
    }

    @Test
    void whatCannotBeRemovedIsToldAndDoesNotKeepTheOthers() throws Exception {
        retired("a");
        retired("b");
        retired("c");
        sql("UPDATE image_locations SET value = 'rbd://fsid/pool/b/snap' WHERE image_id = 'b'");
        assertThat(scrub()).isZero();
        assertThat(status("b")).isEqualTo(ImageStatus.PENDING_DELETE);
        assertThat(List.of(status("a"), status("c"))).containsOnly(ImageStatus.DELETED);
        assertThat(log())
                .contains("no configured store holds data of a deleted image image=b")
                .contains("scrubber round ended images=2 left=1");
        // Nothing was touched, so it can still be had back.
        assertThat(scrub("--restore", "b")).isZero();
    }

    @Test
    void whatAScrubberThatDiedHasBegunIsFinishedAndNotRestored() throws Exception {
        retired("one");
        DataIntent begun = new DataIntent(
                new ImageId("one"),
                new StoreId("file"),
                "file://" + data.resolve("one"),
                DataIntent.Kind.DISCARD,
                "another");
        registry.retired().claim(new ImageId("one"), List.of(begun));
        assertThat(scrub("--restore", "one")).isOne();
        assertThat(output).startsWith("ERROR: ").contains("has begun");
        assertThat(scrub()).isZero();
        assertThat(status("one")).isEqualTo(ImageStatus.DELETED);
        assertThat(names()).isEmpty();
    }

    @Test
    void anImageIsBroughtBackWithItsData() throws Exception {
        retired("one");
        assertThat(scrub("--restore", "one")).as(() -> output).isZero();
        assertThat(output).contains("Image one is active again");
        var back = registry.images().get(new ImageId("one"), Scope.EVERYTHING);
        assertThat(back.locations()).hasSize(1);
        assertThat(back.properties()).containsEntry("colour", "red");
        assertThat(scrub()).isZero();
        assertThat(names()).containsExactly("one");
    }

    @Test
    void onlyWhatAwaitsRemovalIsBroughtBack() throws Exception {
        active("live");
        for (String id : List.of("live", "unknown")) {
            assertThat(scrub("--restore", id)).isOne();
            assertThat(output).startsWith("ERROR: ").contains(id);
        }
    }

    @Test
    void nothingIsBroughtBackWhileAScrubberRuns() throws Exception {
        retired("one");
        Process other = new ProcessBuilder("sleep", "60").start();
        try {
            Files.writeString(pidFile, other.pid() + "\n");
            assertThat(scrub("--restore", "one")).isOne();
            assertThat(output).contains("a scrubber is running (process " + other.pid());
        } finally {
            other.destroyForcibly().waitFor();
        }
        // A pid file that was left behind keeps nobody from it.
        assertThat(scrub("--restore", "one")).isZero();
    }

    /** The operating system's own view of a process, as Java asks for it, ends after 4 KiB. */
    @Test
    void aScrubberBehindALongClassPathIsFound() throws Exception {
        Path script = Files.writeString(directory.resolve("java"), "read line\n");
        retired("one");
        Process other = new ProcessBuilder(
                        "sh", script.toString(), "-cp", "x".repeat(5000), ScrubberMain.class.getName(), "--daemon")
                .start();
        try {
            assertThat(scrub("--restore", "one")).isOne();
            assertThat(output).contains("a scrubber is running (process " + other.pid());
        } finally {
            other.destroyForcibly().waitFor();
        }
    }

    @Test
    void aProcessThatWasStartedAsAScrubberIsFoundWithoutPidFile() throws Exception {
        Path script = Files.writeString(directory.resolve("glance-scrubber"), "read line\n");
        retired("one");
        Process other = new ProcessBuilder("sh", script.toString()).start();
        try {
            assertThat(scrub("--restore", "one")).isOne();
            assertThat(output).contains("a scrubber is running (process " + other.pid());
        } finally {
            other.destroyForcibly().waitFor();
        }
    }

    @Test
    void misuseIsToldAndMakesNoDatabase() throws Exception {
        assertThat(scrub("-D", "--restore", "one")).isOne();
        assertThat(output).contains("--daemon and --restore exclude each other");
        assertThat(scrub("--dayly")).isEqualTo(ManageMain.MISUNDERSTOOD);
        Files.writeString(configuration, "[database]\nconnection = sqlite:///" + directory + "/typo.sqlite\n");
        assertThat(scrub()).isOne();
        assertThat(output).contains("typo.sqlite is not under migration control");
    }

    private int scrub(String... flags) throws InterruptedException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream stream = new PrintStream(bytes, true, StandardCharsets.UTF_8);
        List<String> words = new ArrayList<>(List.of("--config-file", configuration.toString()));
        words.addAll(List.of(flags));
        int status = new ScrubberMain(new Answer(stream, stream), new RunningScrubbers(pidFile)).run(words);
        output = bytes.toString(StandardCharsets.UTF_8);
        return status;
    }

    private String log() throws IOException {
        return Files.readString(directory.resolve("log"));
    }

    private List<String> names() throws IOException {
        try (var files = Files.list(data)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private ImageStatus status(String id) {
        return registry.images().getEver(new ImageId(id), Scope.EVERYTHING).status();
    }

    private void retired(String id) throws IOException {
        active(id);
        registry.images().retire(new ImageId(id), Guard.always());
    }

    private void active(String id) throws IOException {
        Path file = Files.writeString(data.resolve(id), "data");
        registry.images().create(Samples.queued(new ImageId(id), hourAgo));
        registry.images()
                .update(
                        new ImageId(id),
                        ImageChange.builder()
                                .set(Attribute.STATUS, ImageStatus.ACTIVE)
                                .set(Attribute.SIZE, 4L)
                                .setProperty("colour", "red")
                                .addLocation(StoreLocation.of("file://" + file))
                                .build(),
                        Guard.always());
    }

    private void sql(String statement) throws SQLException {
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("glance.sqlite"));
                var one = connection.createStatement()) {
            one.execute(statement);
        }
    }
}
