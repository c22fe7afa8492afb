package glance.image.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import glance.error.GlanceException.InvalidRequest;
import glance.error.GlanceException.LimitExceeded;
import glance.format.Inspection;
import glance.store.Payload;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TransferTest {
    private static final int CHUNK = 256 * 1024;
    private static final TransferLimits UNLIMITED = TransferLimits.only(OptionalLong.empty());

    private final Transfer transfer = new Transfer(HashAlgorithm.SHA512, 16);

    @AfterEach
    void close() {
        transfer.close();
    }

    private static byte[] randomBytes(int count) {
        byte[] bytes = new byte[count];
        new Random(count).nextBytes(bytes);
        return bytes;
    }

    private static String hex(String algorithm, byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(bytes));
    }

    /** Hands out one direct buffer again and again, as a network does. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Pieces(byte[] bytes, int pieceBytes) implements Payload {
        @Override
        public OptionalLong length() {
            return OptionalLong.empty();
        }

        @Override
        public long transferTo(WritableByteChannel sink) throws IOException {
            ByteBuffer piece = ByteBuffer.allocateDirect(pieceBytes);
            for (int from = 0; from < bytes.length; from += pieceBytes) {
                piece.clear()
                        .put(bytes, from, Math.min(pieceBytes, bytes.length - from))
                        .flip();
                sink.write(piece);
            }
            return bytes.length;
        }

        @Override
        public void close() {}
    }

    @ParameterizedTest
    @CsvSource({
        "0, 8192",
        "1, 8192",
        "262143, 1000",
        "262144, 65536",
        "262145, 65536",
        "5000000, 65536",
        "5000000, 1000000",
        "3000000, 777"
    })
    void everyByteIsCountedDigestedAndPassedOn(int size, int pieceBytes) throws Exception {
        byte[] bytes = randomBytes(size);
        ByteArrayOutputStream stored = new ByteArrayOutputStream();
        Measured data =
                transfer.copy(new Pieces(bytes, pieceBytes), Channels.newChannel(stored), UNLIMITED, Inspection.none());
        assertThat(stored.toByteArray()).isEqualTo(bytes);
        assertThat(data).isEqualTo(new Measured(size, hex("MD5", bytes), "sha512", hex("SHA-512", bytes), null));
        awaitAllChunks();
    }

    @ParameterizedTest
    @CsvSource({"sha256,SHA-256", "sha512_256,SHA-512/256", "sha3_512,SHA3-512", "md5,MD5", "sha1,SHA-1"})
    void multihashIsTheConfiguredOne(String name, String javaName) throws Exception {
        byte[] bytes = randomBytes(600_000);
        try (Transfer other = new Transfer(new HashAlgorithm(name))) {
            Measured data = other.copy(
                    new Pieces(bytes, 8192),
                    Channels.newChannel(new ByteArrayOutputStream()),
                    UNLIMITED,
                    Inspection.none());
            assertThat(data.hashAlgorithm()).isEqualTo(name);
            assertThat(data.hashValue()).isEqualTo(hex(javaName, bytes));
        }
    }

    @Test
    void algorithmNobodyKnowsIsRefusedWithTheKnownOnes() {
        assertThatThrownBy(() -> new HashAlgorithm("blake2b"))
                .hasMessageContaining("blake2b")
                .hasMessageContaining("sha512");
    }

    @Test
    void limitIsKeptBeforeTheStoreSeesTheBytes() {
        ByteArrayOutputStream stored = new ByteArrayOutputStream();
        TransferLimits limits = new TransferLimits(OptionalLong.empty(), 100_000, Long.MAX_VALUE);
        assertThatThrownBy(() -> transfer.copy(
                        new Pieces(new byte[200_000], 30_000), Channels.newChannel(stored), limits, Inspection.none()))
                .isInstanceOf(LimitExceeded.class)
                .hasMessageContaining("100000");
        assertThat(stored.size()).isEqualTo(90_000);
        awaitAllChunks();
    }

    @Test
    void remainingQuotaIsALimit() {
        TransferLimits limits = new TransferLimits(OptionalLong.empty(), Long.MAX_VALUE, -5);
        assertThatThrownBy(() -> copy(new byte[1], limits)).isInstanceOf(LimitExceeded.class);
    }

    @Test
    void declaredSizeThatCannotFitIsRefusedUnread() {
        TransferLimits limits = new TransferLimits(OptionalLong.of(11), 10, Long.MAX_VALUE);
        assertThatThrownBy(limits::requireDeclaredFits).isInstanceOf(LimitExceeded.class);
    }

    @ParameterizedTest
    @ValueSource(longs = {9, 11})
    void otherSizeThanDeclaredIsRefused(long declared) {
        assertThatThrownBy(() -> copy(new byte[10], TransferLimits.only(OptionalLong.of(declared))))
                .isInstanceOf(InvalidRequest.class)
                .hasMessageContaining(Long.toString(declared));
    }

    private Measured copy(byte[] bytes, TransferLimits limits) throws IOException {
        return transfer.copy(
                new Pieces(bytes, 8192), Channels.newChannel(new ByteArrayOutputStream()), limits, Inspection.none());
    }

    @Test
    void failureOfTheStorePassesUnchangedAndKeepsNoMemory() {
        IOException broken = new IOException("broken");
        WritableByteChannel store = failing(broken);
        assertThatThrownBy(() ->
                        transfer.copy(new Pieces(new byte[4 * CHUNK], CHUNK), store, UNLIMITED, Inspection.none()))
                .isSameAs(broken);
        awaitAllChunks();
    }

    /** Slots under way come back when the digest threads are through with them. */
    private void awaitAllChunks() {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (transfer.availableChunks() < 16 && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
        assertThat(transfer.availableChunks()).isEqualTo(16);
    }

    private static WritableByteChannel failing(IOException failure) {
        return new WritableByteChannel() {
            private int writes;

            @Override
            public int write(ByteBuffer source) throws IOException {
                if (++writes == 3) {
                    throw failure;
                }
                int count = source.remaining();
                source.position(source.limit());
                return count;
            }

            @Override
            public boolean isOpen() {
                return true;
            }

            @Override
            public void close() {}
        };
    }

    @Test
    void moreTransfersThanChunksAllComplete() throws Exception {
        byte[] bytes = randomBytes(3 * CHUNK + 5);
        String expected = hex("SHA-512", bytes);
        int count = 40;
        CountDownLatch start = new CountDownLatch(count);
        try (ExecutorService requests = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Measured>> results = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                results.add(requests.submit(() -> {
                    start.countDown();
                    start.await();
                    return copy(bytes, UNLIMITED);
                }));
            }
            for (Future<Measured> result : results) {
                assertThat(result.get(60, TimeUnit.SECONDS).hashValue()).isEqualTo(expected);
            }
        }
        awaitAllChunks();
    }
}
