package glance.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** How a server stops. */
class DrainTest {
    private final CountDownLatch leave = new CountDownLatch(1);

    private Response answer(Request request) {
        if (request.rawPath().equals("/stay")) {
            try {
                leave.await();
            } catch (InterruptedException stopped) {
                throw new IllegalStateException(stopped);
            }
        }
        return Handlers.text("done");
    }

    @Test
    void requestsInProgressFinishAndNoneBegin() throws Exception {
        try (TestServer server = new TestServer(this::answer);
                RawClient busy = server.connect();
                RawClient idle = server.connect()) {
            assertThat(idle.send("GET / HTTP/1.1\nHost: x\n\n").read().status()).isEqualTo(200);
            busy.send("GET /stay HTTP/1.1\nHost: x\n\n");
            TestServer.await(
                    "a request", Duration.ofSeconds(5), () -> server.server().requestsInProgress() == 1);
            CompletableFuture<DrainReport> draining =
                    CompletableFuture.supplyAsync(() -> server.server().drain());
            assertThat(idle.atEnd()).as("the idle connection is closed").isTrue();
            assertThatThrownBy(server::connect).isInstanceOf(IOException.class);
            assertThat(draining).isNotDone();
            leave.countDown();
            RawClient.Answer answer = busy.read();
            assertThat(answer.body()).isEqualTo("done");
            assertThat(answer.header("Connection")).isEqualTo("close");
            assertThat(draining.get(10, TimeUnit.SECONDS).cut()).isEmpty();
        }
    }

    @Test
    void whatDoesNotFinishInTimeIsCutAndNamed() throws IOException {
        HttpServerConfig.Limits hasty = new HttpServerConfig.Limits(
                16_384,
                9,
                9,
                HttpServerConfig.PerAddress.ANY,
                HttpServerConfig.Rate.ANY,
                Duration.ofMinutes(1),
                Duration.ofMinutes(1),
                Duration.ofMinutes(1),
                Duration.ofMillis(200));
        Handler handler = request -> Handlers.stream(Handlers.zeros(1L << 30));
        try (TestServer server = new TestServer(hasty, handler);
                RawClient stalled = server.connect()) {
            stalled.send("GET /images/secret?token=t HTTP/1.1\nHost: x\n\n").readHead();
            DrainReport report = server.server().drain();
            assertThat(report.cut()).containsExactly("GET /images/secret");
            assertThat(server.server().drain()).isSameAs(report);
            assertThat(server.onlyFinished().complete()).isFalse();
            assertThat(server.server().openConnections()).isZero();
        }
    }

    @Test
    void anAddressInUseIsNamed() throws IOException {
        try (TestServer server = new TestServer(this::answer)) {
            int port = server.server().address().getPort();
            HttpServerConfig taken = new HttpServerConfig(
                    new HttpServerConfig.Listener("127.0.0.1", port, null, 128, Duration.ofMinutes(10), null),
                    TestServer.LIMITS,
                    true);
            assertThatThrownBy(() -> HttpServer.start(taken, this::answer, ExchangeObserver.NONE))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("cannot listen on 127.0.0.1:" + port);
        }
    }
}
