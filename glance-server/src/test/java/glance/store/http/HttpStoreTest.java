package glance.store.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import glance.fetch.FetchConfig;
import glance.fetch.Fetcher;
import glance.http.client.TlsConfig;
import glance.image.ImageId;
import glance.store.ByteRange;
import glance.store.Payload;
import glance.store.StoreException;
import glance.store.StoreId;
import glance.store.StoreLocation;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.Channels;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against a web server of ours on loopback, which the fetcher is told to allow. */
class HttpStoreTest {
    private static final byte[] DATA = new byte[1_000_000];

    static {
        new Random(3).nextBytes(DATA);
    }

    private final ConcurrentLinkedQueue<String> seen = new ConcurrentLinkedQueue<>();
    private HttpServer web;
    private HttpStore store;

    HttpStoreTest() throws IOException {
        web = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
        store = store("127.0.0.1");
    }

    private static HttpStore store(String allowed) {
        return store(allowed, Duration.ofMillis(500));
    }

    private static HttpStore store(String allowed, Duration idle) {
        FetchConfig config = new FetchConfig(List.of(allowed), Duration.ofSeconds(2), idle);
        TlsConfig tls = new TlsConfig(Optional.empty(), Optional.empty(), Optional.empty(), false);
        return new HttpStore(new StoreId("http"), () -> new Fetcher(config, tls));
    }

    @BeforeEach
    void start() {
        web.createContext("/whole", exchange -> answer(exchange, 200, DATA, DATA.length));
        web.createContext("/ranges", this::ranged);
        web.createContext("/late", exchange -> {
            exchange.getResponseHeaders().set("Content-Range", "bytes 20-29/1000000");
            answer(exchange, 206, Arrays.copyOfRange(DATA, 20, 30), 10);
        });
        web.createContext("/unsaid", exchange -> answer(exchange, 206, Arrays.copyOf(DATA, 10), 10));
        web.createContext("/short", exchange -> answer(exchange, 200, Arrays.copyOf(DATA, 10), DATA.length));
        web.createContext("/silent", exchange -> {
            exchange.sendResponseHeaders(200, DATA.length);
            exchange.getResponseBody().write(DATA, 0, 10);
            exchange.getResponseBody().flush(); // and never more
        });
        web.createContext(
                "/status/",
                exchange -> answer(
                        exchange,
                        Integer.parseInt(exchange.getRequestURI().getPath().substring(8)),
                        new byte[] {1},
                        1));
        web.createContext("/hop/", exchange -> {
            int left = Integer.parseInt(exchange.getRequestURI().getPath().substring(5));
            redirect(exchange, 302, left == 0 ? "/whole" : "/hop/" + (left - 1));
        });
        web.createContext(
                "/to/",
                exchange -> redirect(exchange, 302, exchange.getRequestURI().getRawQuery()));
        web.createContext(
                "/moved/",
                exchange -> redirect(
                        exchange,
                        Integer.parseInt(exchange.getRequestURI().getPath().substring(7)),
                        "/whole"));
        web.createContext("/pieces", exchange -> answer(exchange, 200, DATA, 0));
        web.createContext("/get-only", exchange -> {
            boolean get = exchange.getRequestMethod().equals("GET");
            answer(exchange, get ? 200 : 403, DATA, get ? DATA.length : 0);
        });
        web.createContext("/endless", exchange -> {
            exchange.sendResponseHeaders(200, 1L << 50);
            try (exchange) {
                while (true) {
                    exchange.getResponseBody().write(DATA);
                }
            }
        });
        web.start();
    }

    @AfterEach
    void stop() {
        store.close();
        web.stop(0);
    }

    private void answer(HttpExchange exchange, int status, byte[] body, long length) throws IOException {
        seen.add(
                exchange.getRequestMethod() + " " + exchange.getRequestHeaders().getFirst("Authorization"));
        boolean head = exchange.getRequestMethod().equals("HEAD");
        if (head && length > 0) {
            exchange.getResponseHeaders().set("Content-Length", Long.toString(length));
        }
        exchange.sendResponseHeaders(status, head ? -1 : length);
        try (exchange) {
            if (!head) {
                exchange.getResponseBody().write(body);
            }
        }
    }

    private void ranged(HttpExchange exchange) throws IOException {
        String range = exchange.getRequestHeaders().getFirst("Range");
        if (range == null) {
            answer(exchange, 200, DATA, DATA.length);
            return;
        }
        String[] ends = range.substring("bytes=".length()).split("-", -1);
        int from = Integer.parseInt(ends[0]);
        int to = Integer.parseInt(ends[1]);
        exchange.getResponseHeaders().set("Content-Range", "bytes " + from + "-" + to + "/" + DATA.length);
        answer(exchange, 206, Arrays.copyOfRange(DATA, from, to + 1), to + 1L - from);
    }

    private static void redirect(HttpExchange exchange, int status, String location) throws IOException {
        exchange.getResponseHeaders().set("Location", location);
        exchange.sendResponseHeaders(status, -1);
        exchange.close();
    }

    private StoreLocation at(String path) {
        return StoreLocation.of("http://127.0.0.1:" + web.getAddress().getPort() + path);
    }

    private byte[] readAll(StoreLocation location) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (Payload payload = store.open(location)) {
            payload.transferTo(Channels.newChannel(bytes));
        }
        return bytes.toByteArray();
    }

    private byte[] read(StoreLocation location, ByteRange range) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (Payload payload = store.open(location, range)) {
            assertThat(payload.length()).hasValue(range.length());
            assertThat(payload.transferTo(Channels.newChannel(bytes))).isEqualTo(range.length());
        }
        return bytes.toByteArray();
    }

    @ParameterizedTest
    @CsvSource({
        "/whole, 0, 1000000",
        "/whole, 0, 10",
        "/whole, 999, 5",
        "/whole, 999999, 1",
        "/ranges, 999, 70000",
        "/ranges, 0, 1000000",
        "/hop/4, 12, 3"
    })
    void aSliceIsReadWhetherTheServerKnowsRangesOrNot(String path, int offset, int length) throws IOException {
        assertThat(read(at(path), new ByteRange(offset, length)))
                .isEqualTo(Arrays.copyOfRange(DATA, offset, offset + length));
    }

    @Test
    void theSizeIsThatOfTheAnswerToHead() throws IOException {
        assertThat(store.size(at("/whole"))).isEqualTo(DATA.length);
        assertThat(seen).containsExactly("HEAD null");
    }

    @Test
    void whereHeadIsNotAllowedTheSizeIsThatOfABrokenOffGet() throws IOException {
        assertThat(store.size(at("/get-only"))).isEqualTo(DATA.length);
        assertThat(seen).containsExactly("HEAD null", "GET null");
    }

    @Test
    void aSizeThatIsNotToldIsNotMadeUp() {
        assertThatThrownBy(() -> store.size(at("/pieces")))
                .isInstanceOf(StoreException.Unsupported.class)
                .hasMessageContaining("does not tell how much");
    }

    @ParameterizedTest
    @CsvSource({"/whole, true", "/pieces, false", "/moved/301, true", "/moved/307, true", "/moved/308, true"})
    void allIsReadWhetherItsSizeIsToldOrNot(String path, boolean told) throws IOException {
        assertThat(readAll(at(path))).isEqualTo(DATA);
        try (Payload payload = store.open(at(path))) {
            assertThat(payload.length().isPresent()).isEqualTo(told);
        }
    }

    @Test
    void anEndlessAnswerIsLeftAtOnce() {
        assertTimeoutPreemptively(Duration.ofSeconds(10), () -> {
            try (Payload payload = store.open(at("/endless"), new ByteRange(0, 10))) {
                assertThat(payload.transferTo(Channels.newChannel(new ByteArrayOutputStream())))
                        .isEqualTo(10);
            }
        });
    }

    @Test
    void closingFreesAReaderThatWaits() throws Exception {
        try (HttpStore patient = store("127.0.0.1", Duration.ofMinutes(5))) {
            Payload payload = patient.open(at("/silent"));
            CompletableFuture<Long> reading = CompletableFuture.supplyAsync(
                    () -> {
                        try {
                            return payload.transferTo(Channels.newChannel(new ByteArrayOutputStream()));
                        } catch (IOException broken) {
                            throw new UncheckedIOException(broken);
                        }
                    },
                    work -> Thread.ofVirtual().start(work));
            payload.close();
            assertThatThrownBy(() -> reading.get(10, TimeUnit.SECONDS)).isInstanceOf(ExecutionException.class);
        }
    }

    @Test
    void credentialsOfTheUrlAreSentAndNeverTold() throws IOException {
        String port = ":" + web.getAddress().getPort();
        StoreLocation location = StoreLocation.of("http://me:hidden@127.0.0.1" + port + "/whole");
        assertThat(read(location, new ByteRange(0, 1))).hasSize(1);
        assertThat(seen).containsExactly("GET Basic bWU6aGlkZGVu");
        StoreLocation refused = StoreLocation.of("http://me:hidden@127.0.0.1" + port + "/status/403");
        assertThatThrownBy(() -> store.size(refused))
                .isInstanceOf(StoreException.Denied.class)
                .hasMessageNotContaining("hidden")
                .hasMessageContaining("403");
    }

    @ParameterizedTest
    @CsvSource({
        "404, NotFound",
        "410, NotFound",
        "416, NotFound",
        "401, Denied",
        "403, Denied",
        "303, Unavailable",
        "304, Unavailable",
        "400, Unavailable",
        "500, Unavailable"
    })
    void otherAnswersAreTheStoresFailures(int status, String kind) {
        assertThatThrownBy(() -> read(at("/status/" + status), new ByteRange(0, 1)))
                .isInstanceOf(StoreException.class)
                .satisfies(failure ->
                        assertThat(failure.getClass().getSimpleName()).isEqualTo(kind))
                .hasMessageContaining("" + status);
    }

    @Test
    void redirectsEnd() {
        assertThatThrownBy(() -> read(at("/hop/5"), new ByteRange(0, 1)))
                .isInstanceOf(StoreException.Unavailable.class)
                .hasMessageContaining("more than 5 times");
    }

    @ParameterizedTest
    @CsvSource({
        "file:///etc/passwd, scheme",
        "http://127.0.0.2/x, this machine",
        "http://[::1]/x, this machine",
        "http://169.254.169.254/latest/meta-data/, on the link only",
        "gopher://127.0.0.1/x, scheme"
    })
    void aRedirectLeadsToNoClosedPlace(String target, String why) {
        assertThatThrownBy(() -> read(at("/to/?" + target), new ByteRange(0, 1)))
                .isInstanceOf(StoreException.Unavailable.class)
                .hasMessageContaining(why);
    }

    @Test
    void whatIsNotOpenedIsNotConnectedTo() {
        HttpStore closed = store("192.0.2.1");
        assertThatThrownBy(() -> closed.open(at("/whole"), new ByteRange(0, 1)))
                .isInstanceOf(StoreException.Unavailable.class)
                .hasMessageContaining("allowed_networks in [fetch]");
        assertThat(seen).isEmpty();
        closed.close();
    }

    @Test
    void aServerThatEndsEarlyOrFallsSilentBreaksTheRead() {
        assertThatThrownBy(() -> read(at("/short"), ByteRange.whole(DATA.length)))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> read(at("/silent"), ByteRange.whole(DATA.length)))
                .isInstanceOf(IOException.class)
                .isNotInstanceOf(EOFException.class);
    }

    @Test
    void aPartThatIsNotTheOneAskedForIsNotTakenForIt() {
        assertThatThrownBy(() -> read(at("/late"), new ByteRange(10, 10)))
                .isInstanceOf(StoreException.Unavailable.class)
                .hasMessageContaining("from byte 20, asked was 10");
        assertThatThrownBy(() -> read(at("/late"), new ByteRange(0, 10)))
                .isInstanceOf(StoreException.Unavailable.class);
        assertThatThrownBy(() -> read(at("/unsaid"), new ByteRange(10, 10)))
                .isInstanceOf(StoreException.Unavailable.class)
                .hasMessageContaining("did not say which");
    }

    @Test
    void itOnlyReads() {
        assertThatThrownBy(() -> store.create(new ImageId("x"), OptionalLong.empty()))
                .isInstanceOf(StoreException.Unsupported.class);
        assertThatThrownBy(() -> store.delete(at("/whole"))).isInstanceOf(StoreException.Unsupported.class);
    }
}
