package glance.store.front;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import glance.store.ByteRange;
import glance.store.ForwardingStore;
import glance.store.Payload;
import glance.store.StoreException;
import glance.store.StoreId;
import glance.store.StoreLocation;
import glance.testkit.store.MemoryStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class SharedReadsTest {
    private static final StoreLocation LOCATION = StoreLocation.of("memory://far/image");
    private static final int SIZE = 5 * Segment.BYTES + 12_345;
    private static final int PERMITS = 16;

    private final byte[] data = new byte[SIZE];
    private final FarStore far = new FarStore();
    private final Semaphore permits = new Semaphore(PERMITS);
    private final ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor();

    @TempDir
    private Path directory;

    SharedReadsTest() {
        new Random(7).nextBytes(data);
    }

    @AfterEach
    void nothingIsHeldAnyMore() throws InterruptedException {
        readers.shutdown();
        assertThat(readers.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
        assertThat(permits.tryAcquire(PERMITS, 10, TimeUnit.SECONDS)).isTrue();
        assertThat(directory).isEmptyDirectory();
    }

    private SharedReads shared(int window) {
        return new SharedReads(far, new SharedReadsConfig(directory, window, PERMITS), permits);
    }

    @Test
    void aCrowdCausesOneReadAndEveryoneGetsTheSameBytes() throws Exception {
        SharedReads shared = shared(3);
        assertThat(all(shared, 200)).containsOnly(hash(data));
        assertThat(far.opened).hasValue(1);
    }

    @Test
    void aLoneReaderOfMoreThanTheWindowGetsItAll() throws Exception {
        assertThat(all(shared(2), 1)).containsOnly(hash(data));
        assertThat(far.opened).hasValue(1);
    }

    @Test
    void whoComesAfterTheEndCausesAReadOfItsOwn() throws Exception {
        SharedReads shared = shared(2);
        assertThat(all(shared, 1)).containsOnly(hash(data));
        assertThat(all(shared, 1)).containsOnly(hash(data));
        assertThat(far.opened).hasValue(2);
    }

    @Test
    void anOpeningThatAnErrorEndedIsNobodyElsesEnd() throws Exception {
        SharedReads shared = shared(2);
        far.fatal = true;
        assertThatThrownBy(() -> shared.open(LOCATION, ByteRange.whole(SIZE))).isInstanceOf(LinkageError.class);
        far.fatal = false;
        assertThat(all(shared, 3)).containsOnly(hash(data));
    }

    @Test
    void aReadThatAnErrorEndedIsTold() throws Exception {
        SharedReads shared = shared(2);
        far.dying = true;
        try (Payload payload = shared.open(LOCATION, ByteRange.whole(SIZE))) {
            assertThatThrownBy(() -> payload.transferTo(new Collected()))
                    .isInstanceOf(StoreException.Unavailable.class)
                    .hasMessageContaining("died");
        }
    }

    @Test
    void aRangeIsReadFromTheStoreItself() throws Exception {
        try (Payload payload = shared(2).open(LOCATION, new ByteRange(5, 3))) {
            Collected sink = new Collected();
            assertThat(payload.transferTo(sink)).isEqualTo(3);
            assertThat(sink.hash()).isEqualTo(hash(Arrays.copyOfRange(data, 5, 8)));
        }
        assertThat(far.opened).hasValue(1);
    }

    @Test
    void aStalledReaderDoesNotHoldUpTheOthersAndStillGetsEverything() throws Exception {
        SharedReads shared = shared(2);
        CountDownLatch others = new CountDownLatch(1);
        Future<String> stalled;
        try (Payload slow = shared.open(LOCATION, ByteRange.whole(SIZE))) {
            Collected sink = new Collected() {
                @Override
                public int write(ByteBuffer source) throws IOException {
                    await(others);
                    return super.write(source);
                }
            };
            stalled = readers.submit(() -> {
                slow.transferTo(sink);
                return sink.hash();
            });
            assertThat(all(shared, 3)).containsOnly(hash(data));
            others.countDown();
            assertThat(stalled.get(30, TimeUnit.SECONDS)).isEqualTo(hash(data));
        }
        assertThat(far.opened).as("the crowd's read and the straggler's").hasValue(2);
    }

    @Test
    void whenNoMoreMayBeHeldEveryoneReadsByHimself() throws Exception {
        permits.acquire(PERMITS - 1);
        try {
            assertThat(all(shared(4), 3)).containsOnly(hash(data));
            assertThat(far.opened).hasValueGreaterThan(1);
        } finally {
            permits.release(PERMITS - 1);
        }
    }

    @Test
    void whenTheWindowCannotBeWrittenEveryoneReadsByHimself() throws Exception {
        SharedReads shared =
                new SharedReads(far, new SharedReadsConfig(directory.resolve("missing"), 4, PERMITS), permits);
        assertThat(all(shared, 2)).containsOnly(hash(data));
    }

    @Test
    void missingDataFailsAtOpeningForEveryone() {
        far.failure = new StoreException.NotFound("there is no data");
        SharedReads shared = shared(2);
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> shared.open(LOCATION, ByteRange.whole(SIZE)))
                    .isInstanceOf(StoreException.NotFound.class);
        }
    }

    @Test
    void aReadThatBreaksFailsForEveryoneAndTheNextOneWorks() throws Exception {
        SharedReads shared = shared(3);
        far.breakAt = Segment.BYTES + 5;
        List<Future<String>> broken = start(shared, 3);
        for (Future<String> one : broken) {
            assertThatThrownBy(one::get).hasCauseInstanceOf(StoreException.Unavailable.class);
        }
        far.breakAt = Integer.MAX_VALUE;
        assertThat(all(shared, 1)).containsOnly(hash(data));
    }

    @Test
    void aReaderThatGoesEarlyLeavesTheOthersAlone() throws Exception {
        SharedReads shared = shared(2);
        Payload early = shared.open(LOCATION, ByteRange.whole(SIZE));
        List<Future<String>> others = start(shared, 4);
        early.close();
        for (Future<String> one : others) {
            assertThat(one.get()).isEqualTo(hash(data));
        }
    }

    private List<String> all(SharedReads shared, int count) throws Exception {
        List<String> hashes = new ArrayList<>();
        for (Future<String> one : start(shared, count)) {
            hashes.add(one.get());
        }
        return hashes;
    }

    /** Nobody reads before all have come: how soon a machine gets to a thread must not decide who shares. */
    private List<Future<String>> start(SharedReads shared, int count) throws StoreException {
        List<Payload> payloads = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            payloads.add(shared.open(LOCATION, ByteRange.whole(SIZE)));
        }
        return payloads.stream()
                .map(payload -> readers.submit(() -> read(payload)))
                .toList();
    }

    private String read(Payload payload) throws IOException {
        try (payload) {
            Collected sink = new Collected();
            assertThat(payload.transferTo(sink)).isEqualTo(SIZE);
            return sink.hash();
        }
    }

    private static String hash(byte[] bytes) {
        Collected whole = new Collected();
        whole.digest.update(bytes);
        return whole.hash();
    }

    private static void await(CountDownLatch latch) throws IOException {
        try {
            latch.await();
        } catch (InterruptedException stop) {
            throw new IOException(stop);
        }
    }

    private static class Collected implements WritableByteChannel {
        private final MessageDigest digest;

        Collected() {
            try {
                digest = MessageDigest.getInstance("SHA-256");
            } catch (NoSuchAlgorithmException impossible) {
                throw new IllegalStateException(impossible);
            }
        }

        @Override
        public int write(ByteBuffer source) throws IOException {
            int count = source.remaining();
            digest.update(source);
            return count;
        }

        String hash() {
            return HexFormat.of().formatHex(digest.digest());
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }

    /** A store that hands out its bytes in odd pieces and counts who asked. */
    private final class FarStore extends ForwardingStore {
        private final AtomicInteger opened = new AtomicInteger();
        private volatile int breakAt = Integer.MAX_VALUE;
        private volatile @Nullable StoreException failure;
        private volatile boolean fatal;
        private volatile boolean dying;

        FarStore() {
            super(new MemoryStore(new StoreId("far")));
        }

        @Override
        public Payload open(StoreLocation location, ByteRange range) throws StoreException {
            StoreException refusal = failure;
            if (refusal != null) {
                throw refusal;
            }
            if (fatal) {
                throw new LinkageError("native code is gone");
            }
            opened.incrementAndGet();
            return new Payload() {
                @Override
                public OptionalLong length() {
                    return OptionalLong.of(range.length());
                }

                @Override
                public long transferTo(WritableByteChannel sink) throws IOException {
                    if (dying) {
                        throw new LinkageError("native code is gone");
                    }
                    int end = (int) (range.offset() + range.length());
                    for (int from = (int) range.offset(); from < end; from += 100_003) {
                        if (from > breakAt) {
                            throw new IOException("the cable was cut");
                        }
                        sink.write(ByteBuffer.wrap(data, from, Math.min(100_003, end - from)));
                    }
                    return range.length();
                }

                @Override
                public void close() {}
            };
        }
    }
}
