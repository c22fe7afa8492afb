package glance.store.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import glance.store.ByteRange;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(30)
class WindowedPayloadTest {
    private static final long BUDGET = 8 << 20;
    private static final int PIECE = 1 << 20;

    private final PartBudget budget = new PartBudget(BUDGET);
    private final byte[] data = new byte[9_000_001];
    private final FakeObject object = new FakeObject();

    WindowedPayloadTest() {
        new Random(3).nextBytes(data);
    }

    @AfterEach
    void allMemoryIsGivenBack() throws InterruptedException {
        for (int i = 0; i < 1000 && budget.freeBytes() < BUDGET; i++) {
            Thread.sleep(5); // the last reads end by themselves
        }
        assertThat(budget.freeBytes()).isEqualTo(BUDGET);
    }

    private byte[] read(long offset, long length) throws IOException {
        ByteArrayOutputStream into = new ByteArrayOutputStream();
        try (WindowedPayload payload = new WindowedPayload(new ByteRange(offset, length), PIECE, 4, budget, object)) {
            assertThat(payload.transferTo(Channels.newChannel(into))).isEqualTo(length);
        }
        return into.toByteArray();
    }

    @ParameterizedTest
    @CsvSource({"0, 9000001", "0, 0", "0, 1", "1048575, 2", "262144, 786432", "5, 262144", "8999999, 2", "1, 5000000"})
    void handsOutExactlyTheRangeInOrder(int offset, int length) throws IOException {
        assertThat(read(offset, length)).isEqualTo(Arrays.copyOfRange(data, offset, offset + length));
    }

    @Test
    void whileTheReceiverWaitsMoreRequestsAreMadeAtATime() throws IOException {
        object.slow = true;
        read(0, data.length);
        assertThat(object.most).hasValueBetween(2, 4);
    }

    @Test
    void whenMemoryIsShortOneRequestGoesOnWithoutAny() throws IOException {
        try (PartBudget.Part _ = budget.take((int) BUDGET)) {
            assertThat(read(3, 5_000_000)).isEqualTo(Arrays.copyOfRange(data, 3, 5_000_003));
        }
        assertThat(object.streamed).hasValue(1);
    }

    @Test
    void aReadThatAnErrorEndedFailsTheTransfer() {
        RangeReader dying = new RangeReader() {
            @Override
            public void read(long offset, ByteBuffer into) {
                throw new LinkageError("native code is gone");
            }

            @Override
            public void stream(ByteRange range, WritableByteChannel sink) {
                throw new AssertionError("there is memory");
            }
        };
        try (WindowedPayload payload = new WindowedPayload(ByteRange.whole(1000), PIECE, 4, budget, dying)) {
            assertThatThrownBy(() -> payload.transferTo(Channels.newChannel(new ByteArrayOutputStream())))
                    .isInstanceOf(IOException.class)
                    .hasMessage("a read of the store died");
        }
    }

    @Test
    void aReadThatFailsFailsTheTransfer() {
        object.broken = true;
        assertThatThrownBy(() -> read(0, data.length))
                .isInstanceOf(IOException.class)
                .hasMessage("the cable was cut");
    }

    @Test
    @SuppressWarnings("try") // closing early is what is tested
    void closedByAnotherThreadItStops() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        try (WindowedPayload payload = new WindowedPayload(ByteRange.whole(data.length), PIECE, 4, budget, object)) {
            WritableByteChannel sink = new WritableByteChannel() {
                @Override
                public int write(ByteBuffer source) {
                    begun.countDown();
                    payload.close();
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
            assertThatThrownBy(() -> payload.transferTo(sink)).isInstanceOf(IOException.class);
        }
        assertThat(begun.getCount()).isZero();
    }

    private final class FakeObject implements RangeReader {
        private final AtomicInteger running = new AtomicInteger();
        private final AtomicInteger most = new AtomicInteger();
        private final AtomicInteger streamed = new AtomicInteger();
        private volatile boolean slow;
        private volatile boolean broken;

        @Override
        public void read(long offset, ByteBuffer into) throws IOException {
            most.accumulateAndGet(running.incrementAndGet(), Math::max);
            try {
                if (broken && offset > 2_000_000) {
                    throw new IOException("the cable was cut");
                }
                if (slow) {
                    Thread.sleep(20);
                }
                into.put(data, (int) offset, into.remaining());
            } catch (InterruptedException stop) {
                throw new IOException(stop);
            } finally {
                running.decrementAndGet();
            }
        }

        @Override
        public void stream(ByteRange range, WritableByteChannel sink) throws IOException {
            streamed.incrementAndGet();
            ByteBuffer bytes = ByteBuffer.wrap(data, (int) range.offset(), (int) range.length());
            while (bytes.hasRemaining()) {
                sink.write(bytes);
            }
        }
    }
}
