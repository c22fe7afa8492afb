package glance.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.PooledByteBufAllocator;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Clients that vanish. */
class GoneClientTest {
    @ParameterizedTest(name = "{0}, reset={1}")
    @CsvSource({
        "Content-Length: 1000000, false",
        "Transfer-Encoding: chunked, false",
        "Content-Length: 1000000, true",
        "Transfer-Encoding: chunked, true"
    })
    void aClientGoneMidUploadIsNoticedAtOnce(String framing, boolean reset) throws Exception {
        BlockingQueue<IOException> broken = new ArrayBlockingQueue<>(1);
        CompletableFuture<Void> reading = new CompletableFuture<>();
        Handler handler = request -> {
            try {
                request.body().transferTo(new Handlers.Nowhere() {
                    @Override
                    public int write(ByteBuffer source) {
                        reading.complete(null);
                        return super.write(source);
                    }
                });
                return Handlers.text("whole");
            } catch (IOException gone) {
                broken.add(gone);
                throw gone;
            }
        };
        try (TestServer server = new TestServer(handler)) {
            RawClient client = server.connect();
            client.send("PUT / HTTP/1.1\nHost: x\n" + framing + "\n\n64\n" + "a".repeat(50));
            reading.get(10, TimeUnit.SECONDS);
            if (reset) {
                client.socket().setSoLinger(true, 0);
            }
            client.leave();
            assertThat(broken.poll(1, TimeUnit.SECONDS)).isNotNull();
            FinishedExchange seen = server.onlyFinished();
            assertThat(seen.complete()).isFalse();
            assertThat(seen.status()).isZero();
            server.awaitNoConnection();
            assertThat(server.server().requestsInProgress()).isZero();
        }
    }

    @Test
    void aClientGoneMidDownloadFreesEverything(@TempDir Path directory) throws IOException {
        Path file = Files.write(directory.resolve("data"), new byte[32 << 20]);
        Handlers.TestPayload fromFile = Handlers.slice(file, 0, 32 << 20);
        Handlers.TestPayload fromMemory = Handlers.zeros(64 << 20);
        Handler handler = request -> Handlers.stream(request.rawPath().equals("/file") ? fromFile : fromMemory);
        try (TestServer server = new TestServer(handler)) {
            for (String path : new String[] {"/file", "/memory"}) {
                RawClient client = server.connect();
                client.send("GET " + path + " HTTP/1.1\nHost: x\n\n").readHead();
                client.in().readNBytes(100_000);
                client.leave();
            }
            server.awaitNoConnection();
            TestServer.await(
                    "payloads closed",
                    Duration.ofSeconds(5),
                    () -> fromFile.closed().get() && fromMemory.closed().get());
            assertThat(server.finished()).hasSize(2).allSatisfy(seen -> {
                assertThat(seen.complete()).isFalse();
                assertThat(seen.status()).isEqualTo(200);
                assertThat(seen.sentBytes()).isBetween(100_000L, 32L << 20);
            });
            TestServer.await(
                    "buffers given back",
                    Duration.ofSeconds(5),
                    () -> PooledByteBufAllocator.DEFAULT.pinnedDirectMemory() == 0);
        }
    }

    @Test
    void aWholeBodyBeforeTheClientsEndIsTakenWhole() throws IOException {
        try (TestServer server = new TestServer(Handlers::swallow);
                RawClient client = server.connect()) {
            int size = 8 << 20;
            client.send("PUT / HTTP/1.1\nHost: x\nContent-Length: " + size + "\n\n")
                    .send(new byte[size]);
            client.socket().shutdownOutput();
            assertThat(client.read().body()).isEqualTo(String.valueOf(size));
        }
    }
}
