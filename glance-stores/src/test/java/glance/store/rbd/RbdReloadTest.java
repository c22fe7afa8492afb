package glance.store.rbd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import glance.image.ImageId;
import glance.store.ByteRange;
import glance.store.StoreException;
import glance.store.StoreLocation;
import glance.store.WriteSession;
import glance.testkit.ceph.Ceph;
import glance.testkit.store.StoreContract;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Another user or another key without a restart. */
class RbdReloadTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Ceph ceph = Ceph.shared();
    private final Path directory;

    RbdReloadTest(@TempDir Path directory) {
        this.directory = directory;
    }

    private static ImageId anImage() {
        return new ImageId(UUID.randomUUID().toString());
    }

    /** A configuration with the key of a user who may only read. */
    private RbdStoreConfig reader() throws IOException {
        List<String> keyring = ceph.ceph(
                "auth",
                "get-or-create",
                "client.reader",
                "mon",
                "profile rbd",
                "osd",
                "profile rbd-read-only pool=images");
        Path keys = Files.write(directory.resolve("reader.keyring"), keyring);
        List<String> lines = Files.readAllLines(ceph.configuration()).stream()
                .map(line -> line.startsWith("keyring") ? "keyring = " + keys : line)
                .toList();
        return TestRbd.config(Files.write(directory.resolve("reader.conf"), lines), "reader");
    }

    private static void renew(RbdStore store, RbdStoreConfig config) throws CephError, StoreException {
        assertThat(store.renew(config).await("connecting anew", PATIENCE, true)).isTrue();
    }

    @Test
    void anotherUserIsTakenOverWhileDataIsOnItsWay() throws Exception {
        try (RbdStore store = TestRbd.open(ceph)) {
            StoreLocation saved = StoreContract.save(store, anImage(), new byte[] {1, 2, 3});
            try (WriteSession<StoreLocation> session = store.create(anImage(), OptionalLong.of(4))) {
                session.write(ByteBuffer.wrap(new byte[] {4, 5}));
                renew(store, reader());
                assertThatThrownBy(() -> store.create(anImage(), OptionalLong.of(1)))
                        .isInstanceOf(StoreException.class);
                assertThat(StoreContract.read(store, saved, ByteRange.whole(3))).containsExactly(1, 2, 3);
                session.write(ByteBuffer.wrap(new byte[] {6, 7}));
                assertThat(StoreContract.read(store, session.commit(), ByteRange.whole(4)))
                        .containsExactly(4, 5, 6, 7);
            }
            renew(store, TestRbd.config(ceph));
            StoreContract.save(store, anImage(), new byte[] {1});
        }
    }

    @Test
    void aUserWhoIsNotLetInChangesNothing() throws Exception {
        try (RbdStore store = TestRbd.open(ceph)) {
            StoreLocation saved = StoreContract.save(store, anImage(), new byte[] {1, 2, 3});
            RbdStoreConfig stranger = TestRbd.config(ceph.configuration(), "stranger");
            assertThatThrownBy(() -> renew(store, stranger)).isInstanceOf(StoreException.Unavailable.class);
            StoreContract.save(store, anImage(), new byte[] {1});
            assertThat(StoreContract.read(store, saved, ByteRange.whole(3))).containsExactly(1, 2, 3);
        }
    }
}
