package glance.store.rbd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import glance.image.ImageId;
import glance.store.ByteRange;
import glance.store.Payload;
import glance.store.StoreException;
import glance.store.StoreLocation;
import glance.store.WriteSession;
import glance.testkit.ceph.Ceph;
import glance.testkit.store.StoreContract;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A cluster that is full, or does not answer: nobody waits for ever, and all is well once it does. */
class RbdFaultsTest {
    private static final int MIB = 1 << 20;
    private static final Duration LIMIT = Duration.ofSeconds(2);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @SuppressWarnings("NullAway.Init") // set before all tests
    private static Ceph ceph;

    private RbdStore store;

    @BeforeAll
    static void start() {
        ceph = Ceph.own();
    }

    @AfterAll
    static void stop() {
        ceph.close();
    }

    @BeforeEach
    void open() {
        store = TestRbd.open(TestRbd.with(TestRbd.config(ceph), 23, false, LIMIT));
    }

    @AfterEach
    void close() throws IOException {
        ceph.thaw();
        store.close();
    }

    private static ImageId anImage() {
        return new ImageId(UUID.randomUUID().toString());
    }

    private static byte[] randomBytes(int count) {
        byte[] bytes = new byte[count];
        new Random(count).nextBytes(bytes);
        return bytes;
    }

    private interface Step {
        boolean isDone() throws IOException;
    }

    private static void await(String what, Step step) throws IOException, InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!step.isDone()) {
            assertThat(System.nanoTime()).as("time at which " + what).isLessThan(end);
            Thread.sleep(100);
        }
    }

    /** While the deletion that was given up goes on, it is who uses the image. */
    private boolean isDeleted(StoreLocation location) throws StoreException {
        try {
            store.delete(location);
            return true;
        } catch (StoreException.InUse stillGoing) {
            return false;
        }
    }

    private void assertSoon(Step step, Class<? extends StoreException> failure) {
        long start = System.nanoTime();
        assertThatThrownBy(step::isDone).isInstanceOf(failure);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(LIMIT.multipliedBy(4));
    }

    @Test
    void aSilentClusterIsUnavailableAndWorksAgainOnceItAnswers() throws Exception {
        byte[] bytes = randomBytes(40 * MIB);
        StoreLocation saved = StoreContract.save(store, anImage(), bytes);
        ImageId other = anImage();
        try (Payload payload = store.open(saved);
                WriteSession<StoreLocation> session = store.create(other, OptionalLong.of(bytes.length))) {
            ceph.freeze();
            assertSoon(
                    () -> payload.transferTo(Channels.newChannel(OutputStream.nullOutputStream())) > 0,
                    StoreException.Unavailable.class);
            assertSoon(
                    () -> {
                        session.write(ByteBuffer.wrap(bytes));
                        return session.commit() != null;
                    },
                    StoreException.Unavailable.class);
        }
        assertSoon(() -> store.size(saved) > 0, StoreException.Unavailable.class);
        assertSoon(() -> store.delete(saved), StoreException.Unavailable.class);
        assertThat(store.health().up()).isFalse();
        ceph.thaw();
        await("it is healthy", () -> store.health().up());
        await(
                "what was half-written is gone",
                () -> ceph.rbd("ls", ceph.pool()).stream().noneMatch(name -> name.startsWith(Partials.PREFIX)));
        await("the deletion that was given up has ended, and so does this one", () -> isDeleted(saved));
        StoreLocation again = StoreContract.save(store, other, bytes);
        assertThat(StoreContract.read(store, again, ByteRange.whole(bytes.length)))
                .isEqualTo(bytes);
        await("no memory is held", TestRbd::allMemoryIsFree);
    }

    @Test
    void aSilentClusterKeepsNobodyWhoWasNeverConnected() throws IOException {
        ceph.freeze();
        assertSoon(() -> store.create(anImage(), OptionalLong.empty()).isOpen(), StoreException.Unavailable.class);
        assertThat(store.health().up()).isFalse();
        assertThat(store.properties()).containsEntry("fsid", null).containsEntry("chunk_size", 8 * MIB);
    }

    @Test
    void aFullPoolIsSaidAtOnceAndStillDeletes() throws Exception {
        StoreLocation saved = StoreContract.save(store, anImage(), randomBytes(24 * MIB));
        ceph.ceph("osd", "pool", "set-quota", ceph.pool(), "max_bytes", String.valueOf(8 * MIB));
        try {
            await("the quota takes effect", () -> !store.health().up());
            assertSoon(
                    () -> StoreContract.save(store, anImage(), randomBytes(20 * MIB)) != null,
                    StoreException.Full.class);
            assertThat(store.delete(saved)).isTrue();
        } finally {
            ceph.ceph("osd", "pool", "set-quota", ceph.pool(), "max_bytes", "0");
        }
        await("there is room again", () -> store.health().up());
        assertThat(ceph.rbd("ls", ceph.pool())).noneMatch(name -> name.startsWith(Partials.PREFIX));
    }

    @Test
    void aUserThatTheClusterDoesNotKnowIsTold() {
        RbdStore stranger = TestRbd.open(
                TestRbd.with(TestRbd.config(ceph.configuration(), "stranger"), 23, false, Duration.ofSeconds(10)));
        try {
            assertThatThrownBy(() -> stranger.create(anImage(), OptionalLong.empty()))
                    .isInstanceOf(StoreException.Unavailable.class)
                    .hasMessageContaining("client.stranger");
        } finally {
            stranger.close();
        }
    }
}
