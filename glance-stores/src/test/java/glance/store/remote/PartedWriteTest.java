package glance.store.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(30)
class PartedWriteTest {
    private static final long BUDGET = 1 << 20;
    private static final int PART = 100_000;

    private final PartBudget budget = new PartBudget(BUDGET);
    private final Map<Integer, Integer> received = new ConcurrentSkipListMap<>();

    @AfterEach
    void allMemoryIsGivenBack() {
        assertThat(budget.freeBytes()).isEqualTo(BUDGET);
    }

    private PartedWrite write(int inFlight, PartTarget target) {
        return new PartedWrite(budget, _ -> PART, inFlight, target);
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 1", "99999, 1", "100000, 1", "100001, 2", "750000, 8"})
    void cutsWhatIsWrittenIntoNumberedParts(int bytes, int parts) throws IOException {
        try (PartedWrite write = write(3, (number, part) -> received.put(number, part.remaining()))) {
            for (int left = bytes; left > 0; left -= 70_001) {
                write.write(ByteBuffer.allocate(Math.min(left, 70_001)));
            }
            assertThat(write.finish()).isEqualTo(parts);
        }
        assertThat(received).hasSize(parts);
        assertThat(received.values().stream().mapToInt(Integer::intValue).sum()).isEqualTo(bytes);
        assertThat(received.values().stream().limit(Math.max(0, parts - 1))).allMatch(size -> size == PART);
    }

    @Test
    void severalPartsAreUnderWayAtATimeAndNoMore() throws IOException {
        CountDownLatch together = new CountDownLatch(3);
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        try (PartedWrite write = write(3, (_, _) -> {
            most.accumulateAndGet(running.incrementAndGet(), Math::max);
            together.countDown();
            await(together);
            running.decrementAndGet();
        })) {
            write.write(ByteBuffer.allocate(9 * PART));
            write.finish();
        }
        assertThat(most).hasValue(3);
    }

    @Test
    void aPartThatFailsFailsTheWrite() throws IOException {
        try (PartedWrite write = write(2, (number, _) -> {
            if (number == 2) {
                throw new IOException("part 2 is refused");
            }
        })) {
            assertThatThrownBy(() -> {
                        write.write(ByteBuffer.allocate(8 * PART));
                        write.finish();
                    })
                    .hasMessage("part 2 is refused");
        }
    }

    @Test
    void aPartThatAnErrorEndedFailsTheWrite() throws IOException {
        try (PartedWrite write = write(2, (number, _) -> {
            if (number == 2) {
                throw new LinkageError("native code is gone");
            }
        })) {
            assertThatThrownBy(() -> {
                        write.write(ByteBuffer.allocate(2 * PART));
                        write.finish();
                    })
                    .hasMessage("part 2 was not sent");
        }
    }

    @Test
    void closingStopsWhatIsInFlight() throws IOException {
        CountDownLatch never = new CountDownLatch(1);
        try (PartedWrite write = write(2, (_, _) -> await(never))) {
            write.write(ByteBuffer.allocate(2 * PART + 5));
        }
    }

    @Test
    void writersWaitForMemoryWhichThoseBeforeThemGiveBack() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        PartTarget slow = (number, part) -> {
            await(go);
            received.merge(number, part.remaining(), Integer::sum);
        };
        Thread[] writers = new Thread[20];
        for (int i = 0; i < writers.length; i++) {
            writers[i] = Thread.ofVirtual().start(() -> {
                try (PartedWrite write = write(4, slow)) {
                    write.write(ByteBuffer.allocate(3 * PART));
                    write.finish();
                } catch (IOException failed) {
                    received.put(-1, 0);
                }
            });
        }
        go.countDown();
        for (Thread writer : writers) {
            writer.join();
        }
        assertThat(received).containsOnlyKeys(1, 2, 3);
        assertThat(received.values()).containsOnly(20 * PART);
    }

    private static void await(CountDownLatch latch) throws IOException {
        try {
            latch.await();
        } catch (InterruptedException stop) {
            throw new IOException("stopped", stop);
        }
    }
}
