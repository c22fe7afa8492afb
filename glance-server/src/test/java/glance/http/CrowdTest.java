package glance.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.PooledByteBufAllocator;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A hundred clients or stores that stand still cost neither threads nor memory nor the others' time. */
class CrowdTest {
    private static final int CROWD = 100;

    private final CountDownLatch storeMoves = new CountDownLatch(1);
    private final List<RawClient> clients = new ArrayList<>();
    private Path file;
    private TestServer server;

    CrowdTest(@TempDir Path directory) {
        file = directory.resolve("data");
    }

    @BeforeEach
    void start() throws IOException {
        Files.write(file, new byte[16 << 20]);
        server = new TestServer(this::answer);
    }

    @AfterEach
    void stop() throws IOException {
        storeMoves.countDown();
        for (RawClient client : clients) {
            client.close();
        }
        server.awaitNoConnection();
        server.close();
    }

    private Response answer(Request request) throws IOException {
        return switch (request.rawPath()) {
            case "/file" -> Handlers.stream(Handlers.slice(file, 0, 16 << 20));
            case "/memory" -> Handlers.stream(Handlers.zeros(1L << 30));
            case "/upload" -> Handlers.swallow(request);
            case "/stalled-store" -> {
                request.body().transferTo(new Handlers.Nowhere() {
                    @Override
                    public int write(ByteBuffer source) {
                        awaitStore();
                        return super.write(source);
                    }
                });
                yield Handlers.text("stored");
            }
            default -> Handlers.text("{}");
        };
    }

    private void awaitStore() {
        try {
            storeMoves.await();
        } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
        }
    }

    @Test
    void stalledDownloadsOfFilesHoldNoMemory() throws IOException {
        int threads = ManagementFactory.getThreadMXBean().getThreadCount();
        crowd("GET /file HTTP/1.1\nHost: x\n\n");
        assertThat(pinned()).isLessThan(4L << 20);
        assertQuick();
        assertThat(ManagementFactory.getThreadMXBean().getThreadCount()).isLessThan(threads + 10);
    }

    @Test
    void stalledDownloadsFromElsewhereHoldAFewPartsEach() throws IOException {
        crowd("GET /memory HTTP/1.1\nHost: x\n\n");
        assertThat(pinned()).isLessThanOrEqualTo((long) CROWD * ConnectionSink.IN_FLIGHT_BYTES + (4L << 20));
        assertQuick();
    }

    @Test
    void stalledUploadsHoldNoMemory() throws IOException {
        crowd("PUT /upload HTTP/1.1\nHost: x\nContent-Length: 100000000\n\nsome");
        TestServer.await("the crowd's few bytes taken", Duration.ofSeconds(10), () -> pinned() < 4L << 20);
        assertQuick();
    }

    @Test
    void uploadsIntoAStalledStoreHoldABoundedPartEach() throws Exception {
        List<Thread> senders = new ArrayList<>();
        crowd("PUT /stalled-store HTTP/1.1\nHost: x\nContent-Length: 8388608\n\n");
        for (RawClient client : clients) {
            senders.add(Thread.startVirtualThread(() -> {
                try {
                    client.send(new byte[8 << 20]);
                } catch (IOException closed) {
                    throw new IllegalStateException(closed);
                }
            }));
        }
        assertQuick();
        // Beyond the common share each body may hold one read more, and one is with the store.
        assertThat(pinned()).isLessThanOrEqualTo(Connections.BODY_BYTES + CROWD * (600L << 10));
        storeMoves.countDown();
        for (Thread sender : senders) {
            sender.join();
        }
        for (RawClient client : clients) {
            assertThat(client.read().body()).isEqualTo("stored");
        }
        assertThat(server.finished()).allMatch(FinishedExchange::complete);
    }

    private void crowd(String request) throws IOException {
        for (int i = 0; i < CROWD; i++) {
            RawClient client = server.connect();
            clients.add(client.send(request));
        }
        TestServer.await(
                "the crowd in progress",
                Duration.ofSeconds(20),
                () -> server.server().requestsInProgress() >= CROWD);
    }

    /** Small answers still come in milliseconds: the median of many, since the machine may be busy with other things. */
    private void assertQuick() throws IOException {
        long[] nanos = new long[200];
        try (RawClient client = server.connect()) {
            for (int i = 0; i < nanos.length; i++) {
                long begun = System.nanoTime();
                assertThat(client.send("GET /small HTTP/1.1\nHost: x\n\n")
                                .read()
                                .body())
                        .isEqualTo("{}");
                nanos[i] = System.nanoTime() - begun;
            }
        }
        Arrays.sort(nanos);
        assertThat(Duration.ofNanos(nanos[nanos.length / 2])).isLessThan(Duration.ofMillis(20));
    }

    private static long pinned() {
        return PooledByteBufAllocator.DEFAULT.pinnedDirectMemory();
    }
}
