package glance.http;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** A server on a free loopback port with a handler of the test's own, that remembers what its observer was told. */
final class TestServer implements AutoCloseable {
    static final HttpServerConfig.Limits LIMITS = new HttpServerConfig.Limits(
            16_384,
            2048,
            8192,
            HttpServerConfig.PerAddress.ANY,
            HttpServerConfig.Rate.ANY,
            Duration.ofSeconds(20),
            Duration.ofSeconds(20),
            Duration.ofSeconds(20),
            Duration.ofSeconds(5));

    private final HttpServer server;
    private final List<FinishedExchange> finished = new CopyOnWriteArrayList<>();

    TestServer(Handler handler) throws IOException {
        this(LIMITS, handler);
    }

    TestServer(HttpServerConfig.Limits limits, Handler handler) throws IOException {
        this(new HttpServerConfig(listener(), limits, true), handler);
    }

    TestServer(HttpServerConfig config, Handler handler) throws IOException {
        this(config, handler, Transport.best());
    }

    TestServer(HttpServerConfig config, Handler handler, Transport transport) throws IOException {
        server = HttpServer.start(config, handler, finished::add, transport);
    }

    static HttpServerConfig.Listener listener() {
        return new HttpServerConfig.Listener("127.0.0.1", 0, null, 128, Duration.ofMinutes(10), null);
    }

    RawClient connect() throws IOException {
        return new RawClient(server.address());
    }

    /** Waits until {@code condition} holds; fails saying what was waited for. */
    static void await(String what, Duration limit, BooleanSupplier condition) {
        long end = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError(what + ": not within " + limit);
            }
            LockSupport.parkNanos(2_000_000);
        }
    }

    /** Waits until no connection is open. */
    void awaitNoConnection() {
        await("no open connection", Duration.ofSeconds(10), () -> server.openConnections() == 0);
    }

    /** The only exchange so far, once it is over. */
    FinishedExchange onlyFinished() {
        await("an exchange over", Duration.ofSeconds(10), () -> !finished.isEmpty());
        if (finished.size() != 1) {
            throw new AssertionError("exchanges: " + finished);
        }
        return finished.getFirst();
    }

    HttpServer server() {
        return server;
    }

    /** What the observer was told, in order. */
    List<FinishedExchange> finished() {
        return finished;
    }

    @Override
    public void close() {
        server.close();
    }
}
