package glance.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers given before the request's body was read, and the permission to send it. */
class EarlyAnswerTest {
    private static final String PUT = "PUT /file HTTP/1.1\nHost: x\n";

    @Test
    void theClientMaySendOnlyOnceTheHandlerReads() throws IOException {
        CountDownLatch mayRead = new CountDownLatch(1);
        Handler handler = request -> {
            awaitQuietly(mayRead);
            return Handlers.echo(request);
        };
        try (TestServer server = new TestServer(handler);
                RawClient client = server.connect()) {
            client.send(PUT + "Content-Length: 5\nExpect: 100-continue\n\n");
            client.socket().setSoTimeout(300);
            assertThatThrownBy(() -> client.in().read()).isInstanceOf(SocketTimeoutException.class);
            client.socket().setSoTimeout(20_000);
            mayRead.countDown();
            assertThat(client.readHead().statusLine()).isEqualTo("HTTP/1.1 100 Continue");
            assertThat(client.send("hello").read().body()).isEqualTo("PUT /file [hello]");
            assertThat(client.send("GET /x HTTP/1.1\nHost: x\n\n").read().status())
                    .isEqualTo(200);
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
        }
    }

    @Test
    void aClientThatDidNotWaitGetsNoPermissionItNoLongerNeeds() throws IOException {
        try (TestServer server = new TestServer(Handlers::echo);
                RawClient client = server.connect()) {
            client.send(PUT + "Content-Length: 5\nExpect: 100-continue\n\nhello");
            assertThat(client.read().body()).isEqualTo("PUT /file [hello]");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 409, 413})
    void aRefusalComesWithoutPermissionToSend(int status) throws IOException {
        try (TestServer server = new TestServer(request -> Handlers.text(status, "no"));
                RawClient client = server.connect()) {
            client.send(PUT + "Content-Length: 1000000000\nExpect: 100-continue\n\n");
            RawClient.Answer answer = client.read();
            assertThat(answer.status()).isEqualTo(status);
            assertThat(answer.body()).isEqualTo("no");
            assertThat(answer.header("Connection")).isEqualTo("close");
            assertThat(client.atEnd()).isTrue();
            client.leave();
            server.awaitNoConnection();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 33554432\n\n", "Transfer-Encoding: chunked\n\n"})
    void aClientThatReadsLateStillSeesTheWholeAnswer(String framing) throws IOException {
        String reason = "r".repeat(100_000);
        try (TestServer server = new TestServer(request -> Handlers.text(413, reason));
                RawClient client = server.connect()) {
            client.send(PUT + framing);
            byte[] part = new byte[1 << 20];
            for (int i = 0; i < 32; i++) {
                if (framing.startsWith("T")) {
                    client.send("100000\n").send(part).send("\n");
                } else {
                    client.send(part);
                }
            }
            RawClient.Answer answer = client.read();
            assertThat(answer.status()).isEqualTo(413);
            assertThat(answer.body()).isEqualTo(reason);
        }
    }

    @Test
    void aClientThatNeverStopsSendingIsCutInTheEnd() throws IOException {
        try (TestServer server = new TestServer(request -> Handlers.text(413, "too much"));
                RawClient client = server.connect()) {
            client.send(PUT + "Content-Length: 100000000000\n\n");
            byte[] part = new byte[1 << 20];
            assertThatThrownBy(() -> {
                        for (int i = 0; i < 4096; i++) {
                            client.send(part);
                        }
                    })
                    .isInstanceOf(IOException.class);
            server.awaitNoConnection();
            assertThat(server.onlyFinished().status()).isEqualTo(413);
        }
    }
}
