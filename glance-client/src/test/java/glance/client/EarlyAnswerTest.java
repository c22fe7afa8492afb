package glance.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A service that refuses an upload half-way, and says nothing of closing the connection. */
class EarlyAnswerTest {
    @Test
    void theConnectionOfAnUploadCutShortIsNotUsedAgain() throws Exception {
        try (ServerSocket listener = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                Transport transport = new Transport(Duration.ofSeconds(20), TlsSettings.SYSTEM, null)) {
            Thread service = Thread.ofVirtual().start(() -> serve(listener));
            URI uri = URI.create("http://127.0.0.1:" + listener.getLocalPort() + "/");
            Request upload = Request.of("PUT", uri).body(new Request.Body.Stream(new Endless(), Progress.NONE));
            try (Reply refused = transport.send(upload)) {
                assertThat(refused.status()).isEqualTo(409);
                assertThat(refused.bytes()).isEmpty();
            }
            try (Reply next = transport.send(Request.get(uri))) {
                assertThat(next.status()).isEqualTo(200);
            }
            service.join();
        }
    }

    private static void serve(ServerSocket listener) {
        try (Socket first = listener.accept()) {
            assertThat(first.getInputStream().readNBytes(100)).hasSize(100);
            answer(first, "409 Conflict");
            Thread reader = Thread.ofVirtual().start(() -> swallow(first));
            try (Socket second = listener.accept()) {
                assertThat(second.getInputStream().read()).isEqualTo('G');
                answer(second, "200 OK");
            }
            reader.interrupt();
        } catch (IOException broken) {
            throw new IllegalStateException(broken);
        }
    }

    private static void answer(Socket to, String status) throws IOException {
        to.getOutputStream()
                .write(("HTTP/1.1 " + status + "\r\nContent-Length: 0\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
    }

    private static void swallow(Socket from) {
        try {
            from.getInputStream().skip(Long.MAX_VALUE);
        } catch (IOException gone) {
            // The client has given the connection up.
        }
    }

    private static final class Endless extends InputStream {
        @Override
        public int read() {
            return 0;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) {
            return length;
        }
    }
}
