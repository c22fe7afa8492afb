package glance.store.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import glance.http.client.TlsConfig;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class StreamedCallTest {
    private static final TlsConfig PLAIN = new TlsConfig(Optional.empty(), Optional.empty(), Optional.empty(), true);

    private final CountDownLatch goOn = new CountDownLatch(1);
    private final LinkedBlockingQueue<String> seen = new LinkedBlockingQueue<>();
    private final StoreHttp http =
            new StoreHttp(new StoreHttp.Limits(Duration.ofSeconds(2), Duration.ofSeconds(5), 8), PLAIN);
    private HttpServer server = notStarted();

    private static HttpServer notStarted() {
        try {
            return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    @BeforeEach
    void start() {
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/whole", this::takeWhole);
        server.createContext("/refused", this::refuse);
        server.createContext("/silent", this::sayNothing);
        server.start();
    }

    @AfterEach
    void stop() {
        http.close();
        server.stop(0);
    }

    private URI url(String path) {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
    }

    private void takeWhole(HttpExchange exchange) throws IOException {
        try (exchange) {
            String kind = exchange.getRequestHeaders().getFirst("Transfer-encoding") == null
                    ? exchange.getRequestHeaders().getFirst("Content-length")
                    : "chunked";
            int count = exchange.getRequestBody().readAllBytes().length;
            seen.add(kind + " " + count + " " + exchange.getRequestHeaders().getFirst("Expect"));
            exchange.getResponseHeaders().set("ETag", "x");
            exchange.sendResponseHeaders(201, -1);
        } catch (IOException cut) {
            seen.add("cut");
            throw cut;
        }
    }

    private void refuse(HttpExchange exchange) throws IOException {
        exchange.sendResponseHeaders(413, -1);
        exchange.close();
    }

    private void sayNothing(HttpExchange exchange) throws IOException {
        exchange.getRequestBody().readAllBytes();
        seen.add("waiting");
        try {
            if (!goOn.await(10, TimeUnit.SECONDS)) {
                seen.add("forgotten");
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
        exchange.close();
    }

    @Test
    void whoIsInterruptedWhileWaitingForTheAnswerGivesTheConnectionBack() throws Exception {
        try (StoreHttp one =
                new StoreHttp(new StoreHttp.Limits(Duration.ofSeconds(2), Duration.ofSeconds(5), 1), PLAIN)) {
            LinkedBlockingQueue<IOException> told = new LinkedBlockingQueue<>();
            Thread waiting = Thread.startVirtualThread(() -> {
                try (StreamedCall call = new StreamedCall(one, "PUT", url("/silent"), Map.of(), OptionalLong.of(1))) {
                    call.write(ByteBuffer.wrap(new byte[1]));
                    call.finish().close();
                } catch (IOException failure) {
                    told.add(failure);
                }
            });
            assertThat(seen.poll(5, TimeUnit.SECONDS)).isEqualTo("waiting");
            waiting.interrupt();
            assertThat(told.poll(5, TimeUnit.SECONDS)).isInstanceOf(InterruptedIOException.class);
            try (StoreHttp.Answer answer = one.send("PUT", url("/refused"), Map.of(), null)) {
                assertThat(answer.status()).isEqualTo(413);
            }
            goOn.countDown();
        }
    }

    @Test
    void aKnownLengthIsAnnouncedAndTheAnswerComesBack() throws Exception {
        try (StreamedCall call = new StreamedCall(http, "PUT", url("/whole"), Map.of(), OptionalLong.of(300_000))) {
            for (int i = 0; i < 3; i++) {
                call.write(ByteBuffer.allocateDirect(100_000));
            }
            try (StoreHttp.Answer answer = call.finish()) {
                assertThat(answer.status()).isEqualTo(201);
                assertThat(answer.header("etag")).contains("x");
            }
        }
        assertThat(seen.poll(5, TimeUnit.SECONDS)).isEqualTo("300000 300000 null");
    }

    @Test
    void anUnknownLengthGoesInChunks() throws Exception {
        try (StreamedCall call = new StreamedCall(http, "PUT", url("/whole"), Map.of(), OptionalLong.empty())) {
            call.write(ByteBuffer.wrap(new byte[77]));
            call.finish().close();
        }
        assertThat(seen.poll(5, TimeUnit.SECONDS)).isEqualTo("chunked 77 null");
    }

    @Test
    void aBodyGivenUpIsCutShort() throws Exception {
        try (StreamedCall call = new StreamedCall(http, "PUT", url("/whole"), Map.of(), OptionalLong.of(300_000))) {
            call.write(ByteBuffer.allocateDirect(100_000));
        }
        assertThat(seen.poll(5, TimeUnit.SECONDS)).isEqualTo("cut");
    }

    @Test
    void aRefusalBeforeTheEndIsNoticed() {
        assertThatThrownBy(() -> {
                    try (StreamedCall call =
                            new StreamedCall(http, "PUT", url("/refused"), Map.of(), OptionalLong.of(1L << 40))) {
                        while (true) {
                            call.write(ByteBuffer.allocateDirect(1 << 20));
                        }
                    }
                })
                .isInstanceOf(IOException.class);
    }

    @Test
    void nobodyThereIsAFailureOfTheWrite() {
        server.stop(0);
        assertThatThrownBy(() -> {
                    try (StreamedCall call =
                            new StreamedCall(http, "PUT", url("/whole"), Map.of(), OptionalLong.of(1 << 20))) {
                        call.write(ByteBuffer.allocateDirect(1 << 20));
                        call.finish();
                    }
                })
                .isInstanceOf(IOException.class);
    }
}
