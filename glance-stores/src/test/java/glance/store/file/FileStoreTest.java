package glance.store.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import glance.fault.FailPoints;
import glance.image.ImageId;
import glance.store.ByteRange;
import glance.store.FileRangeSink;
import glance.store.Payload;
import glance.store.StoreException;
import glance.store.StoreLocation;
import glance.store.WriteSession;
import glance.store.file.BreakableDisk.Call;
import glance.store.file.FileStoreConfig.Datadir;
import glance.testkit.store.StoreContract;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the contract of all stores does not say. */
class FileStoreTest {
    private static final ImageId IMAGE = new ImageId("6a8b5f4e-6f0e-4d0f-9a39-0c2c6a6f5b8d");

    @TempDir
    Path directory;

    private final BreakableDisk disk = new BreakableDisk();

    private FileStore with(FileStoreConfig config) {
        return TestStores.of(config, TestStores.environment(disk, FailPoints.INERT));
    }

    private FileStoreConfig config(Set<PosixFilePermission> permissions, boolean thin) {
        return new FileStoreConfig(List.of(new Datadir(directory, 0)), List.of(), permissions, 65_536, thin);
    }

    @Test
    void layoutAndUrlAreTheReferences() throws IOException {
        try (FileStore store = TestStores.in(directory)) {
            StoreLocation saved = StoreContract.save(store, IMAGE, new byte[] {1});
            assertThat(saved.url()).isEqualTo("file://" + directory + "/" + IMAGE);
            assertThat(saved.metadata()).isEmpty();
            assertThat(directory.resolve(IMAGE.value())).hasBinaryContent(new byte[] {1});
            StoreLocation oldScheme = StoreLocation.of("filesystem://" + directory + "/" + IMAGE);
            assertThat(StoreContract.read(store, oldScheme, ByteRange.whole(1))).containsExactly(1);
        }
    }

    @Test
    void locationBelongsToItsDirectoryAndNotToOnesNamedAlike() {
        try (FileStore store = TestStores.in(directory)) {
            assertThat(store.holds(StoreLocation.of("file://" + directory + "/x")))
                    .isTrue();
            assertThat(store.holds(StoreLocation.of("file://" + directory + "2/x")))
                    .isFalse();
            assertThat(store.holds(StoreLocation.of("rbd://" + directory + "/x")))
                    .isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "file://relative/x",
                "file://",
                "file:///",
                "file:///..",
                "http://host/x",
                "nothing",
                "",
                "file:///a\0b"
            })
    void whatIsNoFilesLocationHasNoData(String url) throws StoreException {
        StoreLocation location = StoreLocation.of(url);
        try (FileStore store = TestStores.in(directory)) {
            assertThat(store.holds(location)).isFalse();
            assertThatThrownBy(() -> store.size(location)).isInstanceOf(StoreException.NotFound.class);
            assertThatThrownBy(() -> store.open(location, ByteRange.whole(1)))
                    .isInstanceOf(StoreException.NotFound.class);
            assertThat(store.delete(location)).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"../escape", "..", ".", ".glance-partial", "a/b", "a\0b"})
    void idThatIsNoPlainNameIsRefused(String id) {
        try (FileStore store = TestStores.in(directory)) {
            assertThat(store.candidates(new ImageId(id))).isEmpty();
            assertThatThrownBy(() -> store.create(new ImageId(id), OptionalLong.empty()))
                    .isInstanceOf(StoreException.Unsupported.class);
        }
    }

    @Test
    void chunksOfZerosBecomeHoles() throws IOException {
        byte[] data = new byte[4 << 20];
        Arrays.fill(data, 1 << 20, (1 << 20) + 10, (byte) 7);
        try (FileStore store = with(config(Set.of(), true))) {
            StoreLocation saved = StoreContract.save(store, IMAGE, data);
            assertThat(store.size(saved)).isEqualTo(data.length);
            assertThat(StoreContract.read(store, saved, ByteRange.whole(data.length)))
                    .isEqualTo(data);
        }
        Path file = directory.resolve(IMAGE.value());
        assertThat(allocatedBytes(file)).isLessThan(data.length / 2);
    }

    /** As {@code du} sees it: the JDK does not tell. */
    private static long allocatedBytes(Path file) throws IOException {
        Process du = new ProcessBuilder("du", "-B1", file.toString()).start();
        String output = new String(du.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return Long.parseLong(output.split("\\s", 2)[0]);
    }

    @Test
    void filesGetTheConfiguredMode() throws IOException {
        Set<PosixFilePermission> mode = PosixFilePermissions.fromString("rw-r-----");
        try (FileStore store = with(config(mode, false))) {
            StoreContract.save(store, IMAGE, new byte[] {1});
        }
        assertThat(Files.getPosixFilePermissions(directory.resolve(IMAGE.value())))
                .isEqualTo(mode);
    }

    @Test
    void metadataOfTheMountIsRecorded() throws IOException {
        MountMetadata mount = new MountMetadata(directory, Map.of("id", "share-1", "mountpoint", directory.toString()));
        FileStoreConfig config =
                new FileStoreConfig(List.of(new Datadir(directory, 0)), List.of(mount), Set.of(), 65_536, false);
        try (FileStore store = with(config)) {
            assertThat(StoreContract.save(store, IMAGE, new byte[] {1}).metadata())
                    .isEqualTo(mount.values());
        }
    }

    @Test
    void directoryOfHighestPriorityIsFilledFirst() throws IOException {
        Path low = Files.createDirectory(directory.resolve("low"));
        Path high = Files.createDirectory(directory.resolve("high"));
        FileStoreConfig config = new FileStoreConfig(
                List.of(new Datadir(high, 200), new Datadir(low, 100)), List.of(), Set.of(), 65_536, false);
        try (FileStore store = with(config)) {
            assertThat(store.candidates(IMAGE)).hasSize(2);
            assertThat(StoreContract.save(store, IMAGE, new byte[] {1}).url()).startsWith("file://" + high);
            assertThatThrownBy(() -> store.create(new ImageId("big"), OptionalLong.of(Long.MAX_VALUE)))
                    .isInstanceOf(StoreException.Full.class);
        }
    }

    @Test
    void fileGoesToASinkThatSendsFilesWithoutPassingTheHeap() throws IOException {
        try (FileStore store = TestStores.in(directory)) {
            StoreLocation saved = StoreContract.save(store, IMAGE, new byte[] {0, 1, 2, 3, 4});
            SendingSink sink = new SendingSink();
            try (Payload payload = store.open(saved, new ByteRange(1, 3))) {
                assertThat(payload.transferTo(sink)).isEqualTo(3);
            }
            assertThat(sink.heapBytes).isZero();
            assertThat(sink.sent.toByteArray()).containsExactly(1, 2, 3);
        }
    }

    /** Counts the bytes that come in buffers. */
    private static final class SendingSink implements FileRangeSink {
        private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
        private long heapBytes;

        @Override
        public long write(FileChannel file, long offset, long length) throws IOException {
            WritableByteChannel target = Channels.newChannel(sent);
            return file.transferTo(offset, length, target);
        }

        @Override
        public int write(ByteBuffer source) {
            heapBytes += source.remaining();
            return source.remaining();
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }

    @Test
    void earlySyncThatFailedFailsTheCommit() throws IOException {
        disk.breakAt(Call.SYNC, 1, new IOException("Input/output error"));
        try (FileStore store = TestStores.on(directory, disk);
                WriteSession<StoreLocation> session = store.create(IMAGE, OptionalLong.empty())) {
            ByteBuffer piece = ByteBuffer.allocateDirect(8 << 20);
            assertThatThrownBy(() -> {
                        for (int i = 0; i < 9; i++) {
                            session.write(piece.clear());
                        }
                        session.commit();
                    })
                    .isInstanceOf(StoreException.Unavailable.class);
        }
        assertThat(UploadSetup.files(directory)).isEmpty();
    }

    @Test
    void commitThatCannotBeTakenBackHasAnUnknownOutcome() throws IOException {
        BreakableDisk both = new BreakableDisk();
        try (FileStore store = TestStores.of(TestStores.config(directory), TestStores.environment(both, point -> {
                    if (point == glance.fault.FailPoint.STORE_AFTER_RENAME) {
                        both.die();
                        throw new IOException("Input/output error");
                    }
                }));
                WriteSession<StoreLocation> session = store.create(IMAGE, OptionalLong.empty())) {
            session.write(ByteBuffer.wrap(new byte[] {1}));
            assertThatThrownBy(session::commit).isInstanceOf(StoreException.OutcomeUnknown.class);
        }
    }

    @Test
    void sweepTakesThisWorkersLeftoversAndVeryOldOnesOfAnyone() throws IOException {
        Path partial = Files.createDirectories(directory.resolve(".glance-partial"));
        Path own = Files.createFile(partial.resolve("worker-1~a~1"));
        Path other = Files.createFile(partial.resolve("worker-2~b~1"));
        Path old = Files.createFile(partial.resolve("worker-2~c~1"));
        Files.setLastModifiedTime(old, FileTime.from(Instant.now().minus(Duration.ofDays(8))));
        try (FileStore store = TestStores.in(directory)) {
            assertThat(store.sweep()).isEqualTo(2);
        }
        assertThat(own).doesNotExist();
        assertThat(old).doesNotExist();
        assertThat(other).exists();
    }

    @Test
    void directoryThatTakesNoWriteIsNotHealthy() {
        try (FileStore store = TestStores.on(directory, disk)) {
            assertThat(store.health().up()).isTrue();
            disk.breakAt(Call.WRITE, 1, new IOException("No space left on device"));
            assertThat(store.health().up()).isFalse();
            assertThat(store.health().up()).isTrue();
        }
    }

    @Test
    void fileSystemWithoutHardLinksStillPublishesExclusively() throws IOException {
        FileLayer linkless = new FileLayer();
        Path from = Files.write(directory.resolve("from"), new byte[] {1});
        Path taken = Files.write(directory.resolve("taken"), new byte[] {2});
        assertThatThrownBy(() -> linkless.publishWithoutLinks(from, taken))
                .isInstanceOf(java.nio.file.FileAlreadyExistsException.class);
        assertThat(taken).hasBinaryContent(new byte[] {2});
        Path fresh = directory.resolve("fresh");
        linkless.publishWithoutLinks(from, fresh);
        assertThat(fresh).hasBinaryContent(new byte[] {1});
        assertThat(from).doesNotExist();
    }
}
