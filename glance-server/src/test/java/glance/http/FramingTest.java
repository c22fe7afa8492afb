package glance.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import glance.store.Payload;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Where messages begin and end. */
class FramingTest {
    private TestServer server;

    @BeforeEach
    void start() throws IOException {
        server = new TestServer(FramingTest::answer);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void bodiesOfBothFramingsArriveWhole() throws IOException {
        try (RawClient client = server.connect()) {
            client.send("""
                    PUT /a HTTP/1.1
                    Host: x
                    Content-Length: 5

                    hello""");
            assertThat(client.read().body()).isEqualTo("PUT /a [hello]");
            client.send("""
                    PUT /b HTTP/1.1
                    Host: x
                    Transfer-Encoding: chunked

                    3
                    hel
                    2;ext=1
                    lo
                    0
                    Trailer: t

                    """);
            assertThat(client.read().body()).isEqualTo("PUT /b [hello]");
        }
    }

    @Test
    void answersToPipelinedRequestsComeInOrder() throws IOException {
        try (RawClient client = server.connect()) {
            client.send("""
                    GET /1 HTTP/1.1
                    Host: x

                    PUT /2 HTTP/1.1
                    Host: x
                    Content-Length: 2

                    abGET //3 HTTP/1.1
                    Host: x

                    """);
            assertThat(client.read().body()).isEqualTo("GET /1 []");
            assertThat(client.read().body()).isEqualTo("PUT /2 [ab]");
            assertThat(client.read().body()).isEqualTo("GET /3 []");
        }
    }

    private static Response answer(Request request) throws IOException {
        return switch (request.rawPath()) {
            case "/none" -> new Response.Empty(204, Headers.NONE);
            case "/same" -> new Response.Empty(304, Headers.NONE);
            case "/empty" -> new Response.Empty(200, Headers.NONE);
            case "/head" -> new Response.Empty(200, Headers.of("Content-Length", "12345"));
            case "/unsized" ->
                Handlers.stream(new Handlers.TestPayload(-1, sink -> {
                    sink.write(ByteBuffer.wrap(new byte[] {'a', 'b', 'c'}));
                    return 3L + sink.write(ByteBuffer.wrap(new byte[] {'d', 'e'}));
                }));
            case "/short" -> Handlers.stream(new Handlers.TestPayload(5, sink -> sink.write(ByteBuffer.allocate(3))));
            case "/long" ->
                Handlers.stream(new Handlers.TestPayload(
                        5, sink -> sink.write(ByteBuffer.allocate(3)) + sink.write(ByteBuffer.allocate(3))));
            case "/broken" ->
                Handlers.stream(new Handlers.TestPayload(-1, sink -> {
                    sink.write(ByteBuffer.allocate(3));
                    throw new IOException("disk on fire");
                }));
            case "/unreadable" ->
                Handlers.stream(new Handlers.TestPayload(5, sink -> {
                    throw new IOException("disk on fire");
                }));
            case "/unclosable" -> Handlers.stream(new Unclosable());
            case "/bug" -> throw new IllegalStateException("secret detail");
            case "/split" -> new Response.Empty(200, Headers.of("X-Name", "a\r\nSet-Cookie: b"));
            default -> Handlers.echo(request);
        };
    }

    private record Unclosable() implements Payload {
        @Override
        public OptionalLong length() {
            return OptionalLong.of(1);
        }

        @Override
        public long transferTo(WritableByteChannel sink) throws IOException {
            return sink.write(ByteBuffer.wrap(new byte[] {'a'}));
        }

        @Override
        public void close() {
            throw new IllegalStateException("cannot close");
        }
    }

    private static String get(String path) {
        return "GET " + path + " HTTP/1.1\nHost: x\n\n";
    }

    @Test
    void answersWithoutBodyHaveNone() throws IOException {
        try (RawClient client = server.connect()) {
            RawClient.Answer none = client.send(get("/none")).read();
            assertThat(none.statusLine()).isEqualTo("HTTP/1.1 204 No Content");
            assertThat(none.header("Content-Length")).isEmpty();
            RawClient.Answer same = client.send(get("/same")).read();
            assertThat(same.status()).isEqualTo(304);
            assertThat(same.header("Content-Length")).isEmpty();
            assertThat(client.send(get("/empty")).read().header("Content-Length"))
                    .isEqualTo("0");
            assertThat(client.send(get("/x")).read().body()).isEqualTo("GET /x []");
        }
    }

    @Test
    void headTellsTheLengthAndSendsNothing() throws IOException {
        try (RawClient client = server.connect()) {
            assertThat(client.send("HEAD /abc HTTP/1.1\nHost: x\n\n").readHead().header("Content-Length"))
                    .isEqualTo("12");
            assertThat(client.send("HEAD /head HTTP/1.1\nHost: x\n\n")
                            .readHead()
                            .header("Content-Length"))
                    .isEqualTo("12345");
            assertThat(client.send("HEAD /short HTTP/1.1\nHost: x\n\n")
                            .readHead()
                            .header("Content-Length"))
                    .isEqualTo("5");
            assertThat(client.send("HEAD /unsized HTTP/1.1\nHost: x\n\n")
                            .readHead()
                            .status())
                    .isEqualTo(200);
            assertThat(client.send("OPTIONS * HTTP/1.1\nHost: x\n\n").read().body())
                    .isEqualTo("OPTIONS * []");
        }
    }

    @Test
    void anAnswerOfUnknownLengthComesInChunks() throws IOException {
        try (RawClient client = server.connect()) {
            RawClient.Answer answer = client.send(get("/unsized")).read();
            assertThat(answer.header("Transfer-Encoding")).isEqualTo("chunked");
            assertThat(answer.body()).isEqualTo("abcde");
            assertThat(client.send(get("/x")).read().status()).isEqualTo(200);
        }
    }

    @Test
    void anOldClientGetsTheEndByCloseAndKeepsAliveOnlyWhenItAsks() throws IOException {
        try (RawClient client = server.connect()) {
            RawClient.Answer kept =
                    client.send("GET /x HTTP/1.0\nConnection: Keep-Alive\n\n").read();
            assertThat(kept.header("Connection")).isEqualTo("keep-alive");
            RawClient.Answer unsized = client.send("GET /unsized HTTP/1.0\nConnection: keep-alive\n\n")
                    .read();
            assertThat(unsized.header("Connection")).isEqualTo("close");
            assertThat(unsized.header("Transfer-Encoding")).isEmpty();
            assertThat(unsized.body()).isEqualTo("abcde");
        }
        try (RawClient client = server.connect()) {
            assertThat(client.send("GET /x HTTP/1.0\n\n").read().header("Connection"))
                    .isEqualTo("close");
            assertThat(client.atEnd()).isTrue();
        }
    }

    @Test
    void aClientThatAsksToCloseIsClosedAfterTheAnswer() throws IOException {
        try (RawClient client = server.connect()) {
            client.send("GET /x HTTP/1.1\nHost: x\nConnection: close\n\n");
            assertThat(client.read().header("Connection")).isEqualTo("close");
            assertThat(client.atEnd()).isTrue();
        }
        server.awaitNoConnection();
    }

    @Test
    void aPayloadThatBreaksItsPromiseBreaksTheConnection() throws IOException {
        for (String path : List.of("/short", "/broken")) {
            try (RawClient client = server.connect()) {
                client.send(get(path));
                assertThatThrownBy(client::read).as(path).isInstanceOf(IOException.class);
            }
        }
        try (RawClient client = server.connect()) {
            client.send(get("/long"));
            assertThat(client.readHead().header("Content-Length")).isEqualTo("5");
            assertThat(client.in().readAllBytes()).hasSize(3);
        }
        server.awaitNoConnection();
        assertThat(server.finished()).hasSize(3).noneMatch(FinishedExchange::complete);
    }

    @Test
    void aPayloadThatFailsBeforeItsFirstByteIsAnsweredAndTheConnectionLives() throws IOException {
        try (RawClient client = server.connect()) {
            assertThat(client.send(get("/unreadable")).read().status()).isEqualTo(500);
            assertThat(client.send(get("/x")).read().status()).isEqualTo(200);
        }
    }

    @Test
    void aFailingHandlerIsAnsweredWithoutDetails() throws IOException {
        try (RawClient client = server.connect()) {
            RawClient.Answer answer = client.send(get("/bug")).read();
            assertThat(answer.status()).isEqualTo(500);
            assertThat(answer.header("Content-Type")).startsWith("text/plain");
            assertThat(answer.body()).doesNotContain("secret").doesNotContain("Exception");
            assertThat(client.send(get("/split")).read().status()).isEqualTo(500);
            assertThat(client.send(get("/x")).read().status()).isEqualTo(200);
        }
    }

    @Test
    void theAbsoluteFormAndLeadingSlashesBecomeAPath() throws IOException {
        try (RawClient client = server.connect()) {
            assertThat(client.send(get("http://somewhere:9292/v2/images?a=b"))
                            .read()
                            .body())
                    .isEqualTo("GET /v2/images []");
            assertThat(client.send(get("///v2//images")).read().body()).isEqualTo("GET /v2//images []");
        }
    }

    @Test
    void aBodyTheHandlerIgnoresDoesNotBecomeTheNextRequest() throws IOException {
        try (RawClient client = server.connect()) {
            client.send("GET /none HTTP/1.1\nHost: x\nContent-Length: 32768\n\n");
            assertThat(client.read().status()).isEqualTo(204);
            client.send(new byte[32768]).send(get("/x"));
            assertThat(client.read().body()).isEqualTo("GET /x []");
        }
    }

    @Test
    void aClientThatEndsItsSideStillGetsEveryAnswer() throws IOException {
        try (RawClient client = server.connect()) {
            client.send(get("/1") + get("/2")).socket().shutdownOutput();
            assertThat(client.read().body()).isEqualTo("GET /1 []");
            assertThat(client.read().body()).isEqualTo("GET /2 []");
            assertThat(client.atEnd()).isTrue();
        }
    }

    @Test
    void manyTinyChunksArriveWhole() throws IOException {
        try (RawClient client = server.connect()) {
            String chunks = "1\na\n".repeat(50_000) + "0\n\n";
            client.send("PUT /t HTTP/1.1\nHost: x\nTransfer-Encoding: chunked\n\n" + chunks);
            assertThat(client.read().body()).isEqualTo("PUT /t [" + "a".repeat(50_000) + "]");
        }
    }

    @Test
    void eachRequestIsObservedOnce() throws IOException {
        try (RawClient client = server.connect()) {
            client.send("PUT /seen HTTP/1.1\nHost: x\nContent-Length: 3\n\nabc").read();
            FinishedExchange seen = server.onlyFinished();
            assertThat(seen.complete()).isTrue();
            assertThat(seen.status()).isEqualTo(200);
            assertThat(seen.receivedBytes()).isEqualTo(3);
            assertThat(seen.sentBytes()).isEqualTo("PUT /seen [abc]".length());
            assertThat(seen.request()).isNotNull();
        }
    }

    @Test
    void aPayloadThatFailsToCloseHarmsNoLaterRequest() throws IOException {
        try (RawClient client = server.connect()) {
            for (int i = 0; i < 20; i++) {
                assertThat(client.send(get("/unclosable")).read().body()).isEqualTo("a");
                assertThat(client.send(get("/x")).read().body()).isEqualTo("GET /x []");
            }
        }
    }

    @Test
    void withoutKeepAliveEachAnswerEndsTheConnection() throws IOException {
        HttpServerConfig once = new HttpServerConfig(TestServer.listener(), TestServer.LIMITS, false);
        try (TestServer other = new TestServer(once, Handlers::echo);
                RawClient client = other.connect()) {
            assertThat(client.send(get("/x")).read().header("Connection")).isEqualTo("close");
            assertThat(client.atEnd()).isTrue();
        }
    }

    @Test
    void anUnsendableAnswerStillClosesItsPayload() throws IOException {
        Handlers.TestPayload payload = Handlers.zeros(1);
        Response broken = new Response.Stream(200, Headers.of("bad name", "v"), payload);
        try (TestServer other = new TestServer(request -> broken);
                RawClient client = other.connect()) {
            assertThat(client.send(get("/x")).read().status()).isEqualTo(500);
            assertThat(payload.closed()).isTrue();
        }
    }
}
