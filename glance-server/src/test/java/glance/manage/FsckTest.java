package glance.manage;

import static org.assertj.core.api.Assertions.assertThat;

import glance.fault.FailPoints;
import glance.image.Attribute;
import glance.image.DataIntent;
import glance.image.Guard;
import glance.image.Image;
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
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command as an operator calls it, on a database and a file store of its own. */
class FsckTest {
    /** MD5 of {@code data}. */
    private static final String MD5 = "8d777f385d3dfec8815d20f7496026dc";

    private static final Instant LONG_AGO = Instant.parse("2020-01-01T00:00:00Z");

    @TempDir
    Path directory;

    private SqlRegistry registry;
    private Path data;
    private Path staging;
    private String output = "";

    @BeforeEach
    void open() throws IOException {
        data = Files.createDirectory(directory.resolve("data"));
        staging = Files.createDirectory(directory.resolve("staging"));
        Files.writeString(directory.resolve("glance.conf"), """
                [DEFAULT]
                log_file = %s/log
                [database]
                connection = sqlite:///%s/glance.sqlite
                [glance_store]
                filesystem_store_datadir = %s
                """.formatted(directory, directory, data));
        registry = SqlRegistry.open(
                DatabaseConfig.sqlite(directory.resolve("glance.sqlite")),
                InstantSource.fixed(LONG_AGO),
                FailPoints.INERT);
    }

    @AfterEach
    void close() {
        registry.close();
    }

    @Test
    void nothingWrongIsStatusZero() throws IOException {
        active("one", "data", 4L);
        assertThat(fsck("--deep")).isZero();
        assertThat(output).contains("images=1 stored=1 findings=0 open=0");
    }

    @Test
    void missingDataIsToldAndStays() throws IOException {
        Image image = active("one", "data", 4L);
        Files.delete(data.resolve("one"));
        assertThat(fsck("--repair")).isEqualTo(FsckCommand.FOUND);
        assertThat(output).contains("missing-data image=one").contains("open=1");
        assertThat(registry.images().get(image.id(), Scope.EVERYTHING).locations())
                .hasSize(1);
    }

    @Test
    void dataOfAnotherSizeIsTold() throws IOException {
        active("one", "longer data", 4L);
        assertThat(fsck()).isEqualTo(FsckCommand.FOUND);
        assertThat(output).contains("size-mismatch image=one").contains("11 bytes, recorded are 4");
    }

    @Test
    void alteredDataIsFoundByItsDigestAndOnlyWhenAskedFor() throws IOException {
        active("one", "tada", 4L);
        assertThat(fsck()).isZero();
        assertThat(fsck("--deep", "--rate", "1000")).isEqualTo(FsckCommand.FOUND);
        assertThat(output).contains("digest-mismatch image=one").contains(MD5);
    }

    @Test
    void anOrphanIsRemovedByRepairAlone() throws IOException {
        Path orphan = old(data.resolve("stranger"), "data");
        assertThat(fsck()).isEqualTo(FsckCommand.FOUND);
        assertThat(output).contains("orphan image=stranger").contains("Nothing was changed");
        assertThat(orphan).exists();
        assertThat(fsck("--repair")).isZero();
        assertThat(output).contains("[repaired]");
        assertThat(orphan).doesNotExist();
    }

    @Test
    void dataInTheWayOfAQueuedImageIsRemovedAndTheImageStaysQueued() throws IOException {
        Image queued = create("one", ImageStatus.QUEUED);
        Path orphan = old(data.resolve("one"), "data");
        assertThat(fsck("--repair")).isZero();
        assertThat(orphan).doesNotExist();
        assertThat(registry.images().get(queued.id(), Scope.EVERYTHING).status())
                .isEqualTo(ImageStatus.QUEUED);
        assertThat(registry.journal().open()).isEmpty();
    }

    @Test
    void freshDataAndDataOfAnUploadUnderWayAreLeftAlone() throws IOException {
        Path fresh = Files.writeString(data.resolve("fresh"), "data");
        create("one", ImageStatus.QUEUED);
        registry.images()
                .update(
                        new ImageId("one"),
                        ImageChange.builder()
                                .set(Attribute.STATUS, ImageStatus.SAVING)
                                .opens(new DataIntent(
                                        new ImageId("one"),
                                        new StoreId("file"),
                                        "file://" + data.resolve("one"),
                                        DataIntent.Kind.WRITE,
                                        "another worker"))
                                .build(),
                        Guard.always());
        Path uploaded = old(data.resolve("one"), "data");
        assertThat(fsck("--repair")).isZero();
        assertThat(List.of(fresh, uploaded)).allMatch(Files::exists);
        assertThat(registry.images().get(new ImageId("one"), Scope.EVERYTHING).status())
                .isEqualTo(ImageStatus.SAVING);
    }

    @Test
    void dataThatWaitsForTheScrubberIsNoOrphan() throws Exception {
        active("one", "data", 4L);
        old(data.resolve("one"), "data");
        sql("UPDATE images SET deleted = 1, status = 'pending_delete', deleted_at = '2020-01-01 00:00:00.000000'");
        sql("UPDATE image_locations SET deleted = 1, status = 'pending_delete'");
        assertThat(fsck("--repair")).isZero();
        assertThat(data.resolve("one")).exists();
    }

    @Test
    void aStuckImageIsQueuedAgainAndItsHalfWrittenDataGoes() throws IOException {
        create("one", ImageStatus.SAVING);
        old(data.resolve("one"), "da");
        assertThat(fsck()).isEqualTo(FsckCommand.FOUND);
        assertThat(output).contains("stuck image=one").contains("status saving");
        assertThat(fsck("--repair")).isZero();
        assertThat(data.resolve("one")).doesNotExist();
        assertThat(registry.images().get(new ImageId("one"), Scope.EVERYTHING).status())
                .isEqualTo(ImageStatus.QUEUED);
    }

    @Test
    void stagedDataOfNoImportIsRemovedAndThatOfAnUploadingImageStays() throws Exception {
        create("waiting", ImageStatus.QUEUED);
        sql("UPDATE images SET status = 'uploading', updated_at = '2099-01-01 00:00:00.000000'");
        Path kept = old(staging.resolve("waiting"), "data");
        Path leftover = old(staging.resolve("nobody"), "data");
        assertThat(fsck("--repair", "--staging", staging.toString())).isZero();
        assertThat(output).contains("staging-leftover image=nobody");
        assertThat(kept).exists();
        assertThat(leftover).doesNotExist();
    }

    @Test
    void stagingDirectoriesAreFoundInTheConfiguration() throws IOException {
        Path single = old(staging.resolve("single"), "data");
        Files.writeString(
                directory.resolve("glance.conf"),
                "[DEFAULT]\nnode_staging_uri = " + staging.toUri() + "\n",
                StandardOpenOption.APPEND);
        assertThat(fsck("--repair", "--staging", staging.toString())).isZero();
        assertThat(output).containsOnlyOnce("staging-leftover image=single");
        assertThat(single).doesNotExist();
    }

    @Test
    void aStagingPlaceThatIsNoDirectoryIsRefused() throws IOException {
        Files.writeString(
                directory.resolve("glance.conf"),
                "[DEFAULT]\nnode_staging_uri = swift://staging\n",
                StandardOpenOption.APPEND);
        assertThat(fsck()).isOne();
        assertThat(output).contains("node_staging_uri in [DEFAULT]: 'swift://staging' is no directory");
    }

    @Test
    void twoRepairsAtOnceMendOnce() throws Exception {
        for (int i = 0; i < 10; i++) {
            create("stuck-" + i, ImageStatus.SAVING);
            old(data.resolve("stuck-" + i), "da");
            old(data.resolve("stranger-" + i), "data");
        }
        String[] words = {"--config-file", directory.resolve("glance.conf").toString(), "fsck", "--repair"};
        try (ExecutorService both = Executors.newFixedThreadPool(2)) {
            Callable<Integer> repair = () -> {
                PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
                return ManageMain.run(List.of(words), new Answer(nowhere, nowhere));
            };
            for (Future<Integer> each : both.invokeAll(List.of(repair, repair))) {
                assertThat(each.get()).isIn(0, FsckCommand.FOUND);
            }
        }
        assertThat(fsck("--repair")).isZero();
        assertThat(registry.journal().open()).isEmpty();
        assertThat(registry.images().withStatus(ImageStatus.SAVING)).isEmpty();
        assertThat(data).isEmptyDirectory();
    }

    @Test
    void jsonIsOneObjectALine() throws IOException {
        old(data.resolve("stranger"), "data");
        assertThat(fsck("--json")).isEqualTo(FsckCommand.FOUND);
        assertThat(output.lines())
                .hasSize(2)
                .allMatch(line -> line.startsWith("{") && line.endsWith("}"))
                .first()
                .asString()
                .contains("\"finding\":\"orphan\"", "\"outcome\":\"found\"", "\"repairable\":true");
        assertThat(output)
                .contains("\"summary\":{\"images\":0,\"stored\":1,\"findings\":1,\"open\":1,\"repair\":false}");
    }

    @Test
    void unknownFlagsAndBoundsAreNotUnderstood() {
        assertThat(fsck("--fix")).isEqualTo(ManageMain.MISUNDERSTOOD);
        assertThat(fsck("--rate", "0")).isEqualTo(ManageMain.MISUNDERSTOOD);
        assertThat(fsck("--min-age", "-1")).isEqualTo(ManageMain.MISUNDERSTOOD);
        assertThat(fsck("now")).isEqualTo(ManageMain.MISUNDERSTOOD);
    }

    private int fsck(String... flags) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream stream = new PrintStream(bytes, true, StandardCharsets.UTF_8);
        List<String> words = new ArrayList<>(
                List.of("--config-file", directory.resolve("glance.conf").toString(), "fsck"));
        words.addAll(List.of(flags));
        int status = ManageMain.run(words, new Answer(stream, stream));
        output = bytes.toString(StandardCharsets.UTF_8);
        return status;
    }

    private Image active(String id, String text, long recordedSize) throws IOException {
        Path file = Files.writeString(data.resolve(id), text);
        create(id, ImageStatus.QUEUED);
        return registry.images()
                .update(
                        new ImageId(id),
                        ImageChange.builder()
                                .set(Attribute.STATUS, ImageStatus.ACTIVE)
                                .set(Attribute.SIZE, recordedSize)
                                .set(Attribute.CHECKSUM, MD5)
                                .addLocation(StoreLocation.of("file://" + file))
                                .build(),
                        Guard.always());
    }

    private Image create(String id, ImageStatus status) {
        Image queued = registry.images().create(Samples.queued(new ImageId(id), LONG_AGO));
        return status == ImageStatus.QUEUED
                ? queued
                : registry.images().update(queued.id(), ImageChange.status(status), Guard.always());
    }

    private static Path old(Path file, String text) throws IOException {
        Files.writeString(file, text);
        return Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(Duration.ofDays(3))));
    }

    private void sql(String statement) throws SQLException {
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("glance.sqlite"));
                var one = connection.createStatement()) {
            one.execute(statement);
        }
    }
}
