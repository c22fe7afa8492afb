package glance.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import glance.image.ImageId;
import glance.store.ByteRange;
import glance.store.Capability;
import glance.store.Payload;
import glance.store.Store;
import glance.store.StoreException;
import glance.store.StoreLocation;
import glance.store.WriteSession;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What every store that takes data promises. A test class implements this, gives the store, and inherits the tests. */
public interface StoreContract {
    /** The store under test: the same one during a test. */
    Store store();

    private static ImageId anImage() {
        return new ImageId(UUID.randomUUID().toString());
    }

    /** Stores bytes through a session, in pieces. */
    static StoreLocation save(Store store, ImageId image, byte[] bytes) throws IOException {
        try (WriteSession<StoreLocation> session = store.create(image, OptionalLong.of(bytes.length))) {
            BytesPayload.of(bytes).transferTo(session);
            return session.commit();
        }
    }

    /** Reads a slice back. */
    static byte[] read(Store store, StoreLocation location, ByteRange range) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (Payload payload = store.open(location, range)) {
            assertThat(payload.length()).hasValue(range.length());
            assertThat(payload.transferTo(Channels.newChannel(bytes))).isEqualTo(range.length());
        }
        return bytes.toByteArray();
    }

    private StoreLocation save(String text) throws IOException {
        return save(store(), anImage(), text.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] randomBytes(int count) {
        byte[] bytes = new byte[count];
        new Random(42).nextBytes(bytes);
        return bytes;
    }

    @Test
    default void whatWasCommittedIsReadBack() throws IOException {
        byte[] bytes = randomBytes(1_000_003);
        StoreLocation saved = save(store(), anImage(), bytes);
        assertThat(store().size(saved)).isEqualTo(bytes.length);
        assertThat(read(store(), saved, ByteRange.whole(bytes.length))).isEqualTo(bytes);
    }

    @Test
    default void withoutARangeAllIsRead() throws IOException {
        byte[] bytes = randomBytes(300_001);
        StoreLocation saved = save(store(), anImage(), bytes);
        ByteArrayOutputStream read = new ByteArrayOutputStream();
        try (Payload payload = store().open(saved)) {
            assertThat(payload.transferTo(Channels.newChannel(read))).isEqualTo(bytes.length);
        }
        assertThat(read.toByteArray()).isEqualTo(bytes);
    }

    @Test
    default void emptyDataIsData() throws IOException {
        StoreLocation saved = save("");
        assertThat(store().size(saved)).isZero();
        assertThat(read(store(), saved, ByteRange.whole(0))).isEmpty();
    }

    @Test
    default void sizeNeedNotBeKnownBefore() throws IOException {
        try (WriteSession<StoreLocation> session = store().create(anImage(), OptionalLong.empty())) {
            session.write(ByteBuffer.wrap(new byte[] {1, 2, 3}));
            assertThat(store().size(session.commit())).isEqualTo(3);
        }
    }

    @Test
    default void writeConsumesTheBufferWholeAndKeepsNothingOfIt() throws IOException {
        ByteBuffer buffer =
                ByteBuffer.allocateDirect(3).put(new byte[] {1, 2, 3}).flip();
        try (WriteSession<StoreLocation> session = store().create(anImage(), OptionalLong.empty())) {
            assertThat(session.write(buffer)).isEqualTo(3);
            assertThat(buffer.hasRemaining()).isFalse();
            buffer.clear().put(new byte[] {7, 7, 7});
            assertThat(read(store(), session.commit(), ByteRange.whole(3))).containsExactly(1, 2, 3);
        }
    }

    @Test
    default void sliceIsExactOrRefused() throws IOException {
        StoreLocation saved = save("0123456789");
        ByteRange slice = new ByteRange(2, 3);
        if (store().capabilities().contains(Capability.READ_RANGE)) {
            assertThat(read(store(), saved, slice)).asString().isEqualTo("234");
            assertThat(read(store(), saved, new ByteRange(9, 1))).asString().isEqualTo("9");
            assertThat(read(store(), saved, new ByteRange(10, 0))).isEmpty();
        } else {
            assertThatThrownBy(() -> store().open(saved, slice)).isInstanceOf(StoreException.Unsupported.class);
        }
    }

    @Test
    default void rangePastTheEndIsNotFound() throws IOException {
        StoreLocation saved = save("0123456789");
        assertThatThrownBy(() -> store().open(saved, new ByteRange(0, 11))).isInstanceOf(StoreException.NotFound.class);
        assertThatThrownBy(() -> store().open(saved, new ByteRange(11, 0))).isInstanceOf(StoreException.NotFound.class);
        assertThatThrownBy(() -> store().open(saved, new ByteRange(5, Long.MAX_VALUE)))
                .isInstanceOf(StoreException.NotFound.class);
    }

    @Test
    default void missingDataFailsOnOpening() throws IOException {
        StoreLocation saved = save("x");
        assertThat(store().delete(saved)).isTrue();
        assertThatThrownBy(() -> store().open(saved, ByteRange.whole(1))).isInstanceOf(StoreException.NotFound.class);
        assertThatThrownBy(() -> store().size(saved)).isInstanceOf(StoreException.NotFound.class);
    }

    @Test
    default void deletingTwiceIsNoError() throws IOException {
        StoreLocation saved = save("x");
        assertThat(store().delete(saved)).isTrue();
        assertThat(store().delete(saved)).isFalse();
    }

    @Test
    default void abandonedWriteLeavesNothing() throws IOException {
        ImageId image = anImage();
        try (WriteSession<StoreLocation> session = store().create(image, OptionalLong.of(10))) {
            session.write(ByteBuffer.wrap(new byte[5]));
        }
        for (StoreLocation candidate : store().candidates(image)) {
            assertThatThrownBy(() -> store().size(candidate)).isInstanceOf(StoreException.NotFound.class);
        }
        assertThat(store().sweep()).isZero();
    }

    @Test
    default void nothingIsVisibleBeforeTheCommit() throws IOException {
        ImageId image = anImage();
        try (WriteSession<StoreLocation> session = store().create(image, OptionalLong.of(5))) {
            session.write(ByteBuffer.wrap(new byte[5]));
            for (StoreLocation candidate : store().candidates(image)) {
                assertThatThrownBy(() -> store().size(candidate)).isInstanceOf(StoreException.NotFound.class);
            }
            session.commit();
        }
    }

    @Test
    default void dataIsWhereACandidateSaid() throws IOException {
        ImageId image = anImage();
        StoreLocation saved = save(store(), image, new byte[] {1});
        assertThat(store().candidates(image)).extracting(StoreLocation::url).contains(saved.url());
        assertThat(store().schemes()).contains(saved.scheme());
        assertThat(store().holds(saved)).isTrue();
    }

    @Test
    default void presentDataIsNeverReplaced() throws IOException {
        ImageId image = anImage();
        StoreLocation first = save(store(), image, new byte[] {1});
        assertThatThrownBy(() -> save(store(), image, new byte[] {2})).isInstanceOf(StoreException.AlreadyExists.class);
        assertThat(read(store(), first, ByteRange.whole(1))).containsExactly(1);
    }

    @Test
    default void ofTwoWritersOneWins() throws IOException {
        ImageId image = anImage();
        try (WriteSession<StoreLocation> one = store().create(image, OptionalLong.empty());
                WriteSession<StoreLocation> other = store().create(image, OptionalLong.empty())) {
            one.write(ByteBuffer.wrap(new byte[] {1}));
            other.write(ByteBuffer.wrap(new byte[] {2}));
            StoreLocation saved = one.commit();
            assertThatThrownBy(other::commit).isInstanceOf(StoreException.AlreadyExists.class);
            assertThat(read(store(), saved, ByteRange.whole(1))).containsExactly(1);
        }
    }

    @Test
    default void deleteEndsAnUncommittedWrite() throws IOException {
        ImageId image = anImage();
        try (WriteSession<StoreLocation> session = store().create(image, OptionalLong.empty())) {
            session.write(ByteBuffer.wrap(new byte[] {1}));
            for (StoreLocation candidate : store().candidates(image)) {
                store().delete(candidate);
            }
            assertThatThrownBy(session::commit).isInstanceOf(StoreException.NotFound.class);
        }
        assertThat(read(store(), save(store(), image, new byte[] {3}), ByteRange.whole(1)))
                .containsExactly(3);
    }

    @Test
    default void finishedSessionTakesNoMore() throws IOException {
        WriteSession<StoreLocation> session = store().create(anImage(), OptionalLong.empty());
        session.commit();
        assertThat(session.isOpen()).isFalse();
        assertThatThrownBy(() -> session.write(ByteBuffer.wrap(new byte[1])))
                .isInstanceOf(ClosedChannelException.class);
        session.close();
    }

    @Test
    default void aLiveWriteIsNotSwept() throws IOException {
        try (WriteSession<StoreLocation> session = store().create(anImage(), OptionalLong.empty())) {
            session.write(ByteBuffer.wrap(new byte[] {1}));
            store().sweep();
            assertThat(store().size(session.commit())).isEqualTo(1);
        }
    }

    @Test
    default void aWorkingStoreIsHealthy() {
        assertThat(store().health().up()).isTrue();
    }
}
