package glance.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the engine turns away by itself; above all, whatever two servers in a row could understand differently. */
class RefusalTest {
    private TestServer server;

    @BeforeEach
    void start() throws IOException {
        server = new TestServer(Handlers::echo);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @ParameterizedTest(name = "{1}")
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
                    400 | both framings                | POST / HTTP/1.1~Host: x~Content-Length: 4~Transfer-Encoding: chunked~~0~~
                    400 | both, the other way around   | POST / HTTP/1.1~Host: x~Transfer-Encoding: chunked~Content-Length: 4~~0~~
                    400 | two lengths                  | POST / HTTP/1.1~Host: x~Content-Length: 4~Content-Length: 5~~abcde
                    400 | the same length twice        | POST / HTTP/1.1~Host: x~Content-Length: 4~Content-Length: 4~~abcd
                    400 | a list of lengths            | POST / HTTP/1.1~Host: x~Content-Length: 4, 4~~abcd
                    400 | a signed length              | POST / HTTP/1.1~Host: x~Content-Length: +4~~abcd
                    400 | a negative length            | POST / HTTP/1.1~Host: x~Content-Length: -1~~
                    400 | a hexadecimal length         | POST / HTTP/1.1~Host: x~Content-Length: 0x4~~abcd
                    400 | an endless length            | POST / HTTP/1.1~Host: x~Content-Length: 99999999999999999999~~
                    400 | an empty length              | POST / HTTP/1.1~Host: x~Content-Length:~~
                    400 | an unknown encoding          | POST / HTTP/1.1~Host: x~Transfer-Encoding: xchunked~~0~~
                    400 | two encodings                | POST / HTTP/1.1~Host: x~Transfer-Encoding: chunked, identity~~0~~
                    400 | chunked twice                | POST / HTTP/1.1~Host: x~Transfer-Encoding: chunked~Transfer-Encoding: chunked~~0~~
                    400 | chunks from an old client    | POST / HTTP/1.0~Host: x~Transfer-Encoding: chunked~~0~~
                    400 | blank before the colon       | POST / HTTP/1.1~Host: x~Content-Length : 4~~abcd
                    400 | no colon                     | GET / HTTP/1.1~Host: x~Nonsense~~
                    400 | two hosts                    | GET / HTTP/1.1~Host: x~Host: y~~
                    400 | a host with a path           | GET / HTTP/1.1~Host: x/y~~
                    400 | a host with a user           | GET / HTTP/1.1~Host: me@x~~
                    400 | a host with markup           | GET / HTTP/1.1~Host: x<b>~~
                    400 | a host with two ports        | GET / HTTP/1.1~Host: x:1:2~~
                    400 | no slash                     | GET images HTTP/1.1~Host: x~~
                    400 | a fragment                   | GET /a#b HTTP/1.1~Host: x~~
                    400 | no version                   | GET /a~Host: x~~
                    400 | not HTTP                     | GET / FTP/1.1~Host: x~~
                    505 | a later version              | GET / HTTP/2.0~Host: x~~
                    417 | an unknown expectation       | GET / HTTP/1.1~Host: x~Expect: miracles~~
                    400 | noise                        | hello~~
                    """)
    void ambiguousOrBrokenRequestsAreRefusedAndEndTheConnection(int status, String what, String request)
            throws IOException {
        try (RawClient client = server.connect()) {
            client.send(request.replace('~', '\n'));
            RawClient.Answer answer = client.read();
            assertThat(answer.status()).isEqualTo(status);
            assertThat(answer.header("Content-Type")).startsWith("text/plain");
            assertThat(answer.header("Connection")).isEqualTo("close");
            assertThat(client.atEnd())
                    .as("nothing after the refusal of %s", what)
                    .isTrue();
        }
        FinishedExchange seen = server.onlyFinished();
        assertThat(seen.status()).isEqualTo(status);
        assertThat(seen.request()).isNull();
    }

    @Test
    void aBareLineFeedDoesNotEndAHeaderLine() throws IOException {
        try (RawClient client = server.connect()) {
            client.raw("GET / HTTP/1.1\r\nHost: x\nContent-Length: 4\r\n\r\nabcd");
            assertThat(client.read().status()).isEqualTo(400);
        }
    }

    @Test
    void aFoldedLineBelongsToTheOneBefore() throws IOException {
        try (RawClient client = server.connect()) {
            client.send("GET /f HTTP/1.1\nHost: x\nX-A: b\n Content-Length: 4\n\nGET /g HTTP/1.1\nHost: x\n\n");
            assertThat(client.read().body()).isEqualTo("GET /f []");
            assertThat(client.read().body()).isEqualTo("GET /g []");
        }
        Request seen = server.finished().getFirst().request();
        assertThat(seen).isNotNull();
        assertThat(seen.headers().first("X-A")).isEqualTo("b Content-Length: 4");
    }

    @ParameterizedTest
    @CsvSource({"Zz", "-1", "5;", "fffffffffffffffff", "''"})
    void aMalformedChunkIsRefused(String size) throws IOException {
        try (RawClient client = server.connect()) {
            client.send("POST / HTTP/1.1\nHost: x\nTransfer-Encoding: chunked\n\n3\nabc\n" + size + "\nabcdefgh");
            client.socket().shutdownOutput();
            if (size.equals("5;")) {
                // A chunk extension may be empty; then the chunk's end is what is wrong.
                assertThat(client.in().readAllBytes().length).isLessThan(400);
            } else {
                assertThat(client.read().status()).isEqualTo(400);
            }
        }
        server.awaitNoConnection();
    }

    @Test
    void aLargeHeaderIs431AndALongRequestLine414() throws IOException {
        try (RawClient client = server.connect()) {
            client.send("GET / HTTP/1.1\nHost: x\nX-Auth-Token: " + "t".repeat(40_000) + "\n\n");
            assertThat(client.read().status()).isEqualTo(431);
        }
        try (RawClient client = server.connect()) {
            client.send("GET / HTTP/1.1\nHost: x\n" + "X-More: abcdefgh\n".repeat(10_000));
            assertThat(client.read().status()).isEqualTo(431);
        }
        try (RawClient client = server.connect()) {
            client.send("GET /" + "a".repeat(40_000) + " HTTP/1.1\nHost: x\n\n");
            assertThat(client.read().status()).isEqualTo(414);
        }
        try (RawClient client = server.connect()) {
            client.send("GET / HTTP/1.1\nHost: x\nX-Auth-Token: " + "t".repeat(16_000) + "\n\n");
            assertThat(client.read().status()).isEqualTo(200);
        }
    }
}
