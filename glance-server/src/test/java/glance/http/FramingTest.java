package glance.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Where messages begin and end. */
class FramingTest {
    private TestServer server;

    @BeforeEach
    void start() throws IOException {
        server = new TestServer(FramingTest::echo);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static Response echo(Request request) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        request.body().transferTo(Channels.newChannel(body));
        String text =
                request.method() + " " + request.rawPath() + " [" + body.toString(StandardCharsets.ISO_8859_1) + "]";
        return new Response.Bytes(200, Headers.NONE, text.getBytes(StandardCharsets.ISO_8859_1));
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
}
