package glance.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The clients of the campaign tell what they see: a server that lies, which the real one cannot be made to do. */
class ClientsTest {
    @Test
    @Timeout(30)
    void otherBytesUnderLoadAreAFailureAndNotTheEndOfAClient() throws IOException, InterruptedException {
        HttpServer liar = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        liar.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, 1);
            exchange.getResponseBody().write(0);
            exchange.close();
        });
        liar.start();
        try {
            Map<String, Long> stored = new ConcurrentHashMap<>(Map.of("image", 7L));
            Clients clients = new Clients(
                    URI.create("http://127.0.0.1:" + liar.getAddress().getPort()), true, stored);
            clients.start(0, 1);
            while (clients.failures().size() < 2) {
                Thread.sleep(10);
            }
            clients.stop();
            assertThat(clients.failures()).allMatch(failure -> failure.contains("other bytes than were stored"));
        } finally {
            liar.stop(0);
        }
    }
}
