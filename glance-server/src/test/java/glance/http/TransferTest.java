package glance.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import glance.store.FileRangeSink;
import io.netty.buffer.PoolArenaMetric;
import io.netty.buffer.PooledByteBufAllocator;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Large bodies: the right bytes, by the short way. */
class TransferTest {
    private static final int SIZE = 40 << 20;

    private final byte[] content = new byte[SIZE];
    private final Path file;

    TransferTest(@TempDir Path directory) {
        file = directory.resolve("data");
    }

    @BeforeEach
    void fill() throws IOException {
        new Random(7).nextBytes(content);
        Files.write(file, content);
    }

    @ParameterizedTest
    @CsvSource({"0, 41943040", "0, 1", "41943039, 1", "4095, 16777217", "1234567, 20000000", "5, 0"})
    void aFileRangeIsExact(int offset, int length) throws IOException {
        try (TestServer server = new TestServer(request -> Handlers.stream(Handlers.slice(file, offset, length)));
                RawClient client = server.connect()) {
            for (int i = 0; i < 2; i++) {
                RawClient.Answer head =
                        client.send("GET / HTTP/1.1\nHost: x\n\n").readHead();
                assertThat(head.header("Content-Length")).isEqualTo(String.valueOf(length));
                assertThat(client.in().readNBytes(length))
                        .isEqualTo(Arrays.copyOfRange(content, offset, offset + length));
            }
        }
    }

    @Test
    void aFileDoesNotPassThroughOurMemory() throws IOException {
        assumeThat(Transport.best()).as("sendfile needs epoll").isEqualTo(Transport.EPOLL);
        try (TestServer server = new TestServer(request -> Handlers.stream(
                        request.rawPath().equals("/file") ? Handlers.slice(file, 0, SIZE) : Handlers.zeros(SIZE)));
                RawClient client = server.connect()) {
            long before = bufferedParts();
            download(client, "/file");
            long afterFile = bufferedParts();
            download(client, "/memory");
            assertThat(afterFile - before).isLessThan(20);
            assertThat(bufferedParts() - afterFile)
                    .as("the measure itself works")
                    .isGreaterThan(200);
        }
    }

    private static void download(RawClient client, String path) throws IOException {
        client.send("GET " + path + " HTTP/1.1\nHost: x\n\n").readHead();
        assertThat(client.in().readNBytes(SIZE)).hasSize(SIZE);
    }

    private static long bufferedParts() {
        return PooledByteBufAllocator.DEFAULT.metric().directArenas().stream()
                .mapToLong(PoolArenaMetric::numAllocations)
                .sum();
    }

    @Test
    void aFileThatIsShorterThanPromisedIsNoticedBeforeTheFirstByte() throws IOException {
        try (TestServer server = new TestServer(request -> Handlers.stream(Handlers.slice(file, SIZE - 10, 20)));
                RawClient client = server.connect()) {
            assertThat(client.send("GET / HTTP/1.1\nHost: x\n\n").read().status())
                    .isEqualTo(500);
        }
    }

    @ParameterizedTest
    @CsvSource({"false", "true"})
    void anUploadArrivesByteForByteInLargeParts(boolean chunked) throws IOException {
        ByteBuffer arrived = ByteBuffer.allocate(SIZE);
        Handler handler = request -> {
            long moved = request.body().transferTo(new Handlers.Nowhere() {
                @Override
                public int write(ByteBuffer source) {
                    assertThat(source.isDirect()).isTrue();
                    int size = source.remaining();
                    arrived.put(source);
                    return size;
                }
            });
            return Handlers.text(String.valueOf(moved));
        };
        try (TestServer server = new TestServer(handler);
                RawClient client = server.connect()) {
            if (chunked) {
                client.send("PUT / HTTP/1.1\nHost: x\nTransfer-Encoding: chunked\n\n");
                Random sizes = new Random(3);
                for (int sent = 0; sent < SIZE; ) {
                    int size = Math.min(SIZE - sent, 1 + sizes.nextInt(sizes.nextBoolean() ? 100 : 300_000));
                    client.send(Integer.toHexString(size) + "\n")
                            .send(Arrays.copyOfRange(content, sent, sent + size))
                            .send("\n");
                    sent += size;
                }
                client.send("0\n\n");
            } else {
                client.send("PUT / HTTP/1.1\nHost: x\nContent-Length: " + SIZE + "\n\n")
                        .send(content);
            }
            assertThat(client.read().body()).isEqualTo(String.valueOf(SIZE));
            assertThat(arrived.array()).isEqualTo(content);
        }
    }

    @Test
    void aFailingSinkIsTheHandlersToAnswer() throws IOException {
        Handler handler = request -> {
            try {
                request.body().transferTo(failing());
                return Handlers.text("stored");
            } catch (IOException full) {
                return Handlers.text(413, String.valueOf(full.getMessage()));
            }
        };
        try (TestServer server = new TestServer(handler);
                RawClient client = server.connect()) {
            client.send("PUT / HTTP/1.1\nHost: x\nContent-Length: " + SIZE + "\n\n")
                    .send(content);
            RawClient.Answer answer = client.read();
            assertThat(answer.status()).isEqualTo(413);
            assertThat(answer.body()).isEqualTo("disk full");
        }
    }

    private static WritableByteChannel failing() {
        return new WritableByteChannel() {
            @Override
            public int write(ByteBuffer source) throws IOException {
                throw new IOException("disk full");
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
    void theCallersFileStaysOpen() throws IOException {
        try (FileChannel shared = FileChannel.open(file);
                TestServer server = new TestServer(request -> Handlers.stream(
                        new Handlers.TestPayload(10, sink -> ((FileRangeSink) sink).write(shared, 0, 10))));
                RawClient client = server.connect()) {
            for (int i = 0; i < 2; i++) {
                client.send("GET / HTTP/1.1\nHost: x\n\n").readHead();
                assertThat(client.in().readNBytes(10)).isEqualTo(Arrays.copyOf(content, 10));
            }
            assertThat(shared.isOpen()).isTrue();
        }
    }
}
