package glance.store.rbd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import glance.image.ImageId;
import glance.store.ByteRange;
import glance.store.Inventory;
import glance.store.Payload;
import glance.store.StoreException;
import glance.store.StoreLocation;
import glance.store.WriteSession;
import glance.store.remote.PartBudget;
import glance.testkit.ceph.Ceph;
import glance.testkit.store.StoreContract;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What lies in the pool, looked at and changed with Ceph's own tools. */
class RbdLayoutTest {
    private static final int MIB = 1 << 20;

    @TempDir
    Path directory;

    private final Ceph ceph = Ceph.shared();
    private RbdStore store;

    @BeforeEach
    void open() {
        store = TestRbd.open(ceph);
    }

    @AfterEach
    void close() throws InterruptedException {
        store.close();
        long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (!TestRbd.allMemoryIsFree()) { // as soon as librbd has answered what was given up
            assertThat(System.nanoTime()).as("time at which no memory is held").isLessThan(end);
            Thread.sleep(10);
        }
    }

    private static ImageId anImage() {
        return new ImageId(UUID.randomUUID().toString());
    }

    private static byte[] randomBytes(int count) {
        byte[] bytes = new byte[count];
        new Random(count).nextBytes(bytes);
        return bytes;
    }

    private static StoreLocation saveOfUnknownSize(RbdStore to, ImageId image, byte[] bytes) throws IOException {
        try (WriteSession<StoreLocation> session = to.create(image, OptionalLong.empty())) {
            ByteBuffer source = ByteBuffer.wrap(bytes);
            while (source.hasRemaining()) {
                int count = Math.min(source.remaining(), 300_007);
                session.write(source.slice(source.position(), count));
                source.position(source.position() + count);
            }
            return session.commit();
        }
    }

    private String spec(ImageId image) {
        return ceph.pool() + "/" + image;
    }

    private byte[] exported(ImageId image) throws IOException {
        Path file = directory.resolve(image.value());
        ceph.rbd("export", "--no-progress", spec(image) + "@snap", file.toString());
        return Files.readAllBytes(file);
    }

    @Test
    void cephsToolsSeeTheReferencesLayout() throws IOException {
        ImageId image = anImage();
        byte[] bytes = randomBytes(20 * MIB + 4097);
        StoreLocation saved = StoreContract.save(store, image, bytes);
        assertThat(saved.url()).isEqualTo("rbd://" + ceph.fsid() + "/images/" + image + "/snap");
        assertThat(ceph.rbd("info", spec(image)))
                .anySatisfy(line -> assertThat(line).contains("order 23 (8 MiB objects)"))
                .anySatisfy(line -> assertThat(line).contains("format: 2"))
                .anySatisfy(line -> assertThat(line)
                        .contains("features: layering, exclusive-lock, object-map, fast-diff, deep-flatten"));
        assertThat(ceph.rbd("snap", "ls", spec(image)))
                .hasSize(2)
                .last()
                .asString()
                .contains("snap", "yes");
        assertThat(exported(image)).isEqualTo(bytes);
        assertThat(ceph.rbd("ls", ceph.pool())).contains(image.value()).noneMatch(name -> name.startsWith("."));
    }

    @Test
    void aSizeThatNobodyToldGrowsAndIsCut() throws IOException {
        ImageId image = anImage();
        byte[] bytes = randomBytes(120 * MIB + 3); // more than 16 + 32 + 64 MiB
        StoreLocation saved = saveOfUnknownSize(store, image, bytes);
        assertThat(store.size(saved)).isEqualTo(bytes.length);
        assertThat(exported(image)).isEqualTo(bytes);
        assertThat(StoreContract.read(store, saved, new ByteRange(8L * MIB - 1, 8L * MIB + 2)))
                .isEqualTo(Arrays.copyOfRange(bytes, 8 * MIB - 1, 16 * MIB + 1));
        store.delete(saved);
    }

    @Test
    void chunksOfZerosTakeNoRoomWhenThin() throws IOException {
        RbdStore thin = TestRbd.open(TestRbd.with(TestRbd.config(ceph), 22, true, Duration.ofSeconds(20)));
        try {
            ImageId image = anImage();
            byte[] bytes = new byte[40 * MIB + 11];
            System.arraycopy(randomBytes(100), 0, bytes, 13 * MIB, 100);
            bytes[bytes.length - 1] = 1;
            StoreLocation saved = saveOfUnknownSize(thin, image, bytes);
            assertThat(exported(image)).isEqualTo(bytes);
            assertThat(StoreContract.read(thin, saved, ByteRange.whole(bytes.length)))
                    .isEqualTo(bytes);
            assertThat(ceph.rbd("diff", spec(image) + "@snap"))
                    .as("two objects of 4 MiB, and the heading")
                    .hasSize(3);
        } finally {
            thin.close();
        }
    }

    @Test
    void whatTheClusterGotFromOthersIsReadAndDeleted() throws IOException {
        ImageId image = anImage();
        byte[] bytes = randomBytes(9 * MIB);
        Path file = Files.write(directory.resolve("data"), bytes);
        ceph.rbd("import", "--no-progress", "--order", "22", file.toString(), spec(image));
        ceph.rbd("snap", "create", spec(image) + "@snap");
        ceph.rbd("snap", "protect", spec(image) + "@snap");
        StoreLocation theirs = StoreLocation.of("rbd://" + ceph.fsid() + "/images/" + image + "/snap");
        assertThat(StoreContract.read(store, theirs, ByteRange.whole(bytes.length)))
                .isEqualTo(bytes);
        assertThat(StoreContract.read(store, StoreLocation.of("rbd://" + image), new ByteRange(5, 7)))
                .isEqualTo(Arrays.copyOfRange(bytes, 5, 12));
        assertThat(store.holds(theirs)).isTrue();
        assertThat(store.delete(theirs)).isTrue();
        assertThat(ceph.rbd("ls", ceph.pool())).doesNotContain(image.value());
    }

    @Test
    void anImageWithClonesOfTheOldFormIsInUse() throws IOException {
        ImageId image = anImage();
        StoreLocation saved = StoreContract.save(store, image, new byte[] {1, 2, 3});
        String clone = ceph.pool() + "/clone-" + image;
        ceph.rbd("clone", "--rbd-default-clone-format", "1", spec(image) + "@snap", clone);
        assertThatThrownBy(() -> store.reclaim(saved)).isInstanceOf(StoreException.InUse.class);
        assertThatThrownBy(() -> store.delete(saved)).isInstanceOf(StoreException.InUse.class);
        assertThat(StoreContract.read(store, saved, ByteRange.whole(3))).containsExactly(1, 2, 3);
        assertThat(ceph.rbd("snap", "ls", spec(image))).last().asString().contains("yes");
        ceph.rbd("rm", "--no-progress", clone);
        store.reclaim(saved);
        store.reclaim(saved);
        assertThat(ceph.rbd("snap", "ls", spec(image))).last().asString().doesNotContain("yes");
        store.lendAgain(saved);
        assertThat(ceph.rbd("snap", "ls", spec(image))).last().asString().contains("yes");
        assertThat(store.delete(saved)).isTrue();
    }

    @Test
    void anImageWithClonesOfTheNewFormGoesToTheTrash() throws IOException {
        ImageId image = anImage();
        StoreLocation saved = StoreContract.save(store, image, new byte[] {1, 2, 3});
        String clone = ceph.pool() + "/clone-" + image;
        ceph.rbd("clone", "--rbd-default-clone-format", "2", spec(image) + "@snap", clone);
        store.reclaim(saved);
        assertThat(store.delete(saved)).isTrue();
        assertThat(ceph.rbd("trash", "ls", ceph.pool()))
                .anySatisfy(line -> assertThat(line).contains(image.value()));
        assertThat(store.delete(saved)).isFalse();
        Path file = directory.resolve("clone");
        ceph.rbd("export", "--no-progress", clone, file.toString());
        assertThat(Files.readAllBytes(file)).containsExactly(1, 2, 3);
    }

    @Test
    void dataDeletedDuringADownloadIsAnErrorAndNotZeros() throws IOException {
        byte[] bytes = randomBytes(96 * MIB);
        StoreLocation saved = StoreContract.save(store, anImage(), bytes);
        try (Payload payload = store.open(saved)) {
            WritableByteChannel sink = new WritableByteChannel() {
                private int position;

                @Override
                public int write(ByteBuffer piece) throws IOException {
                    if (position == 0) {
                        store.delete(saved);
                    }
                    int count = piece.remaining();
                    byte[] got = new byte[count];
                    piece.get(got);
                    assertThat(ByteBuffer.wrap(got)).isEqualTo(ByteBuffer.wrap(bytes, position, count));
                    position += count;
                    return count;
                }

                @Override
                public boolean isOpen() {
                    return true;
                }

                @Override
                public void close() {
                    // Nothing is held.
                }
            };
            assertThatThrownBy(() -> payload.transferTo(sink)).isInstanceOf(StoreException.NotFound.class);
        }
    }

    @Test
    void whatACrashLeftIsDeletedWithTheImage() throws IOException {
        ImageId image = anImage();
        ceph.rbd("create", "--size", "16M", ceph.pool() + "/.glance-partial~1~" + image);
        ceph.rbd("create", "--size", "16M", ceph.pool() + "/.glance-partial~3~" + image);
        ceph.rbd("snap", "create", ceph.pool() + "/.glance-partial~3~" + image + "@snap");
        ceph.rbd("snap", "protect", ceph.pool() + "/.glance-partial~3~" + image + "@snap");
        // As upstream leaves it: under its name, without a snapshot.
        ceph.rbd("create", "--size", "16M", spec(image));
        assertThat(store.delete(store.candidates(image).iterator().next())).isTrue();
        assertThat(ceph.rbd("ls", ceph.pool())).noneMatch(name -> name.contains(image.value()));
    }

    @Test
    void theSweepTakesOldLeftoversThatNobodyWrites() throws IOException {
        ImageId image = anImage();
        ceph.rbd("create", "--size", "16M", ceph.pool() + "/.glance-partial~1~" + image);
        assertThat(store.sweep()).as("it may have been made just now").isZero();
        RbdStore later = new RbdStore(
                store.id(),
                TestRbd.config(ceph),
                new PartBudget(MIB),
                "later",
                () -> Instant.now().plus(Duration.ofMinutes(2)));
        try (WriteSession<StoreLocation> session = store.create(anImage(), OptionalLong.empty())) {
            assertThat(later.sweep()).isEqualTo(1);
            session.write(ByteBuffer.wrap(new byte[] {1}));
            assertThat(store.size(session.commit())).isEqualTo(1);
        } finally {
            later.close();
        }
        assertThat(ceph.rbd("ls", ceph.pool())).noneMatch(name -> name.contains(image.value()));
    }

    @Test
    void theSnapshotOfAnotherNodesWriterStaysWithoutExclusiveLocksToo() throws IOException, CephError {
        ImageId image = anImage();
        String partial = ".glance-partial~1~" + image;
        ceph.rbd("create", "--size", "16M", "--image-feature", "layering", ceph.pool() + "/" + partial);
        ceph.rbd("snap", "create", ceph.pool() + "/" + partial + "@snap");
        ceph.rbd("snap", "protect", ceph.pool() + "/" + partial + "@snap");
        RbdStore later = new RbdStore(
                store.id(),
                TestRbd.config(ceph),
                new PartBudget(MIB),
                "later",
                () -> Instant.now().plus(Duration.ofMinutes(2)));
        Cluster node = Cluster.connect(Librbd.load(), TestRbd.config(ceph));
        try {
            MemorySegment committing = node.ceph().open(node.pool(ceph.pool()), partial);
            try {
                assertThat(later.sweep()).isZero();
                StoreLocation place = later.candidates(image).iterator().next();
                assertThatThrownBy(() -> later.delete(place)).isInstanceOf(StoreException.InUse.class);
                assertThat(ceph.rbd("snap", "ls", ceph.pool() + "/" + partial))
                        .last()
                        .asString()
                        .contains("snap", "yes");
            } finally {
                node.ceph().close(committing);
            }
            assertThat(later.sweep()).isEqualTo(1);
        } finally {
            node.shutDown();
            later.close();
        }
    }

    @Test
    void allThatIsWholeIsListed() throws IOException {
        ImageId image = anImage();
        StoreLocation saved = StoreContract.save(store, image, randomBytes(77));
        ceph.rbd("create", "--size", "16M", ceph.pool() + "/without-snapshot-" + image);
        List<Inventory.Stored> all = new ArrayList<>();
        try (WriteSession<StoreLocation> session = store.create(anImage(), OptionalLong.empty())) {
            session.write(ByteBuffer.wrap(new byte[] {1}));
            store.visitAll(all::add);
        }
        assertThat(all)
                .filteredOn(stored -> stored.name().contains(image.value()))
                .singleElement()
                .satisfies(stored -> {
                    assertThat(stored.location()).isEqualTo(saved);
                    assertThat(stored.size()).isEqualTo(77);
                    assertThat(stored.modifiedAt())
                            .isBetween(
                                    Instant.now().minusSeconds(600),
                                    Instant.now().plusSeconds(60));
                });
        assertThat(all).noneMatch(stored -> stored.name().startsWith("."));
    }

    @Test
    void aPoolThatIsNotThereIsSaid() throws IOException {
        StoreLocation elsewhere = StoreLocation.of("rbd://" + ceph.fsid() + "/nopool/" + anImage() + "/snap");
        assertThat(store.holds(elsewhere)).isFalse();
        assertThatThrownBy(() -> store.size(elsewhere)).isInstanceOf(StoreException.NotFound.class);
    }
}
