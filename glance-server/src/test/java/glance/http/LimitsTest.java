package glance.http;

import static org.assertj.core.api.Assertions.assertThat;

import glance.store.HurriedSink;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** How long a connection may stand still, and for whom the clock runs. */
class LimitsTest {
    private static final Duration SHORT = Duration.ofMillis(400);
    private static final Duration LONG = Duration.ofMinutes(2);

    private static HttpServerConfig.Limits limits(Duration idle, Duration header, Duration keepAlive) {
        return new HttpServerConfig.Limits(
                16_384,
                2,
                8192,
                HttpServerConfig.PerAddress.ANY,
                HttpServerConfig.Rate.ANY,
                idle,
                header,
                keepAlive,
                Duration.ofSeconds(1));
    }

    @Test
    void halfAHeaderIsAnswered408AtTheHeaderLimit() throws IOException {
        try (TestServer server = new TestServer(limits(LONG, SHORT, LONG), Handlers::echo);
                RawClient client = server.connect()) {
            client.send("GET / HTTP/1.1\nHost: ");
            assertThat(client.read().status()).isEqualTo(408);
            assertThat(client.atEnd()).isTrue();
        }
    }

    @Test
    void aDrippedHeaderGainsNoTime() throws Exception {
        try (TestServer server = new TestServer(limits(LONG, SHORT, LONG), Handlers::echo);
                RawClient client = server.connect()) {
            client.send("GET / HTTP/1.1\nHost: x\nX-Drip: ");
            Thread dripping = Thread.startVirtualThread(() -> {
                try {
                    while (true) {
                        client.send("a");
                        Thread.sleep(50);
                    }
                } catch (IOException | InterruptedException closed) {
                    // That is what the server is to do.
                }
            });
            assertThat(client.read().status()).isEqualTo(408);
            client.leave();
            dripping.join();
        }
    }

    @Test
    void aConnectionThatNeverSpeaksIsClosedAtTheHeaderLimit() throws IOException {
        try (TestServer server = new TestServer(limits(LONG, SHORT, LONG), Handlers::echo);
                RawClient client = server.connect()) {
            assertThat(client.atEnd()).isTrue();
            assertThat(server.finished()).isEmpty();
        }
    }

    @Test
    void anIdleConnectionIsClosedAtTheKeepAliveLimit() throws IOException {
        try (TestServer server = new TestServer(limits(LONG, LONG, SHORT), Handlers::echo);
                RawClient client = server.connect()) {
            assertThat(client.send("GET / HTTP/1.1\nHost: x\n\n").read().status())
                    .isEqualTo(200);
            assertThat(client.atEnd()).isTrue();
        }
    }

    @Test
    void halfABodyIsAnswered408AtTheIdleLimit() throws IOException {
        try (TestServer server = new TestServer(limits(SHORT, LONG, LONG), Handlers::echo);
                RawClient client = server.connect()) {
            client.send("PUT / HTTP/1.1\nHost: x\nContent-Length: 10\n\nhello");
            assertThat(client.read().status()).isEqualTo(408);
            client.socket().shutdownOutput();
            assertThat(client.atEnd()).isTrue();
        }
    }

    @Test
    void aClientThatTakesNothingIsCutAtTheIdleLimit() throws IOException {
        try (TestServer server = new TestServer(
                        limits(SHORT, LONG, LONG), request -> Handlers.stream(Handlers.zeros(1L << 30)));
                RawClient client = server.connect()) {
            client.send("GET / HTTP/1.1\nHost: x\n\n").readHead();
            server.awaitNoConnection();
            assertThat(server.onlyFinished().complete()).isFalse();
        }
    }

    @Test
    void aClientThatTakesTooLittleIsCutThoughItIsNeverIdle() throws IOException {
        // What sockets hold by themselves is a matter of milliseconds at this rate.
        HttpServerConfig.Rate rate = new HttpServerConfig.Rate(Integer.MAX_VALUE, SHORT);
        try (TestServer server = new TestServer(patient(rate), request -> Handlers.stream(Handlers.zeros(1L << 40)));
                RawClient client = server.connect()) {
            client.send("GET / HTTP/1.1\nHost: x\n\n").readHead();
            Thread sipping = Thread.startVirtualThread(() -> {
                try {
                    while (client.socket().getInputStream().read(new byte[65_536]) >= 0) {
                        Thread.sleep(20);
                    }
                } catch (IOException | InterruptedException closed) {
                    // That is what the server is to do.
                }
            });
            server.awaitNoConnection();
            assertThat(server.onlyFinished().complete()).isFalse();
            sipping.interrupt();
        }
    }

    @Test
    void aClientThatTakesEnoughIsNot() throws IOException {
        HttpServerConfig.Rate rate = new HttpServerConfig.Rate(1000, SHORT);
        try (TestServer server = new TestServer(patient(rate), request -> Handlers.stream(Handlers.zeros(32 << 20)));
                RawClient client = server.connect()) {
            client.send("GET / HTTP/1.1\nHost: x\n\n").readHead();
            pause(3 * SHORT.toMillis());
            long left = 32 << 20;
            while (left > 0) {
                int read = client.socket().getInputStream().read(new byte[65_536]);
                assertThat(read).isPositive();
                left -= read;
            }
        }
    }

    @Test
    void aSlowStoreDoesNotCountAgainstTheClient() throws IOException {
        long pause = 4 * SHORT.toMillis();
        Handler handler = request -> {
            if (request.bodyAnnounced()) {
                return slowUpload(request, pause);
            }
            return Handlers.stream(new Handlers.TestPayload(2, sink -> {
                int first = sink.write(ByteBuffer.wrap(new byte[] {'a'}));
                pause(pause);
                return (long) first + sink.write(ByteBuffer.wrap(new byte[] {'b'}));
            }));
        };
        try (TestServer server = new TestServer(limits(SHORT, SHORT, SHORT), handler);
                RawClient client = server.connect()) {
            assertThat(client.send("GET / HTTP/1.1\nHost: x\n\n").read().body()).isEqualTo("ab");
            int size = 4 << 20;
            client.send("PUT / HTTP/1.1\nHost: x\nContent-Length: " + size + "\n\n")
                    .send(new byte[size]);
            assertThat(client.read().body()).isEqualTo(String.valueOf(size));
        }
    }

    private static Response slowUpload(Request request, long pauseMillis) throws IOException {
        CountDownLatch paused = new CountDownLatch(1);
        long moved = request.body().transferTo(new Handlers.Nowhere() {
            @Override
            public int write(ByteBuffer source) {
                if (paused.getCount() > 0) {
                    paused.countDown();
                    pause(pauseMillis);
                }
                return super.write(source);
            }
        });
        return Handlers.text(String.valueOf(moved));
    }

    /** The store's slowness itself, not a wait for something. */
    private static void pause(long millis) {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
        }
    }

    @Test
    void moreRequestsThanAllowedAreAnswered503() throws IOException {
        CountDownLatch leave = new CountDownLatch(1);
        Handler handler = request -> {
            if (request.rawPath().equals("/stay")) {
                try {
                    leave.await();
                } catch (InterruptedException stopped) {
                    throw new IllegalStateException(stopped);
                }
            }
            return Handlers.text("ok");
        };
        try (TestServer server = new TestServer(limits(LONG, LONG, LONG), handler);
                RawClient first = server.connect();
                RawClient second = server.connect();
                RawClient third = server.connect()) {
            first.send("GET /stay HTTP/1.1\nHost: x\n\n");
            second.send("GET /stay HTTP/1.1\nHost: x\n\n");
            TestServer.await(
                    "two requests", Duration.ofSeconds(5), () -> server.server().requestsInProgress() == 2);
            assertThat(third.send("GET / HTTP/1.1\nHost: x\n\n").read().status())
                    .isEqualTo(503);
            leave.countDown();
            assertThat(first.read().status()).isEqualTo(200);
            assertThat(second.read().status()).isEqualTo(200);
            assertThat(first.send("GET / HTTP/1.1\nHost: x\n\n").read().status())
                    .isEqualTo(200);
        }
    }

    @Test
    void moreConnectionsThanAllowedWaitUntilOneEnds() throws IOException {
        HttpServerConfig.Limits two = new HttpServerConfig.Limits(
                16_384,
                9,
                2,
                HttpServerConfig.PerAddress.ANY,
                HttpServerConfig.Rate.ANY,
                LONG,
                LONG,
                LONG,
                Duration.ofSeconds(1));
        try (TestServer server = new TestServer(two, Handlers::echo);
                RawClient first = server.connect();
                RawClient second = server.connect()) {
            assertThat(first.send("GET /1 HTTP/1.1\nHost: x\n\n").read().status())
                    .isEqualTo(200);
            assertThat(second.send("GET /2 HTTP/1.1\nHost: x\n\n").read().status())
                    .isEqualTo(200);
            try (RawClient third = server.connect();
                    RawClient fourth = server.connect()) {
                third.send("GET /3 HTTP/1.1\nHost: x\n\n");
                fourth.send("GET /4 HTTP/1.1\nHost: x\n\n");
                first.leave();
                second.leave();
                assertThat(third.read().status()).isEqualTo(200);
                assertThat(fourth.read().status()).isEqualTo(200);
            }
        }
    }

    @Test
    void idleConnectionsMakeRoomWhenThereIsNone() throws IOException {
        HttpServerConfig.Limits two = new HttpServerConfig.Limits(
                16_384,
                9,
                2,
                HttpServerConfig.PerAddress.ANY,
                HttpServerConfig.Rate.ANY,
                LONG,
                LONG,
                LONG,
                Duration.ofSeconds(1));
        try (TestServer server = new TestServer(two, Handlers::echo);
                RawClient first = server.connect();
                RawClient second = server.connect()) {
            for (RawClient idle : List.of(first, second)) {
                assertThat(idle.send("GET / HTTP/1.1\nHost: x\n\n").read().status())
                        .isEqualTo(200);
            }
            try (RawClient third = server.connect()) {
                assertThat(third.send("GET / HTTP/1.1\nHost: x\n\n").read().status())
                        .isEqualTo(200);
            }
        }
    }

    @Test
    void aBodyThatComesTooSlowlyIsAnswered408() throws Exception {
        try (TestServer server = new TestServer(patient(new HttpServerConfig.Rate(1000, SHORT)), Handlers::swallow);
                RawClient client = server.connect()) {
            client.send("PUT / HTTP/1.1\nHost: x\nContent-Length: 100000\n\n");
            Thread dripping = Thread.startVirtualThread(() -> drip(client));
            var reply = client.read();
            assertThat(reply.status()).isEqualTo(408);
            assertThat(reply.body()).contains("client_minimum_rate = 1000 bytes a second");
            client.leave();
            dripping.join();
        }
    }

    @Test
    void aBodyEarnsTimeWithEveryByte() throws Exception {
        try (TestServer server = new TestServer(patient(new HttpServerConfig.Rate(1000, SHORT)), Handlers::swallow);
                RawClient client = server.connect()) {
            client.send("PUT / HTTP/1.1\nHost: x\nContent-Length: 3001\n\n").send(new byte[3000]);
            Thread.sleep(SHORT.multipliedBy(2)); // of the three seconds that these have earned
            client.send("x");
            assertThat(client.read().body()).isEqualTo("3001");
        }
    }

    private static void drip(RawClient client) {
        try {
            while (true) {
                client.send("a");
                Thread.sleep(50);
            }
        } catch (IOException | InterruptedException closed) {
            // That is what the server is to do.
        }
    }

    private static HttpServerConfig.Limits patient(HttpServerConfig.Rate rate) {
        return new HttpServerConfig.Limits(
                16_384, 9, 99, HttpServerConfig.PerAddress.ANY, rate, LONG, LONG, LONG, Duration.ofSeconds(1));
    }

    @Test
    void oneAddressHasOnlyItsShareOfTheConnections() throws IOException {
        HttpServerConfig.Limits two = new HttpServerConfig.Limits(
                16_384,
                9,
                99,
                new HttpServerConfig.PerAddress(2, true),
                HttpServerConfig.Rate.ANY,
                LONG,
                LONG,
                LONG,
                Duration.ofSeconds(1));
        try (TestServer server = new TestServer(two, Handlers::echo);
                RawClient first = server.connect();
                RawClient second = server.connect()) {
            TestServer.await("two", LONG, () -> server.server().openConnections() == 2);
            try (RawClient third = server.connect()) {
                assertThat(third.atEnd()).isTrue();
            }
            assertThat(first.send("GET / HTTP/1.1\nHost: x\n\n").read().status())
                    .isEqualTo(200);
            second.leave();
            TestServer.await("one", LONG, () -> server.server().openConnections() == 1);
            try (RawClient next = server.connect()) {
                assertThat(next.send("GET / HTTP/1.1\nHost: x\n\n").read().status())
                        .isEqualTo(200);
            }
        }
    }

    @Test
    void aHandlerMayWaitForABodyForAWhileOnly() throws IOException {
        Handler hasty = request -> {
            request.body().transferTo(new Hasty(System.nanoTime() + SHORT.toNanos()));
            return Handlers.text("whole");
        };
        try (TestServer server = new TestServer(limits(LONG, LONG, LONG), hasty)) {
            try (RawClient client = server.connect()) {
                client.send("PUT / HTTP/1.1\nHost: x\nContent-Length: 2\n\nab");
                assertThat(client.read().body()).isEqualTo("whole");
                client.send("PUT / HTTP/1.1\nHost: x\nContent-Length: 2\n\na");
                assertThat(client.read().status()).isEqualTo(408);
            }
        }
    }

    private record Hasty(long end) implements HurriedSink {
        @Override
        public long patienceNanos() {
            return end - System.nanoTime();
        }

        @Override
        public int write(ByteBuffer source) {
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
    }
}
