package glance.store.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import glance.config.ConfigException;
import glance.config.Configuration;
import glance.fetch.FetchConfig;
import glance.http.Certificates;
import glance.store.ByteRange;
import glance.store.Payload;
import glance.store.Store;
import glance.store.StoreException;
import glance.store.StoreId;
import glance.store.StoreLocation;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Web servers that are reached through a proxy of ours on loopback. */
class HttpProxyTest {
    private static final String CREDENTIALS = "Basic YXJ0aHVyOnM6M2NyZXQ="; // arthur:s:3cret

    private final ConcurrentLinkedQueue<String> asked = new ConcurrentLinkedQueue<>();
    private final HttpServer proxy;
    private Store store;

    HttpProxyTest() throws IOException {
        proxy = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        store = store("http:" + place());
    }

    private String place() {
        return "127.0.0.1:" + proxy.getAddress().getPort();
    }

    private static Store store(String proxies, String... more) {
        FetchConfig config = new FetchConfig(List.of(), Duration.ofSeconds(2), Duration.ofSeconds(2));
        return new HttpStoreDriver(config)
                .open(
                        new StoreId("http"),
                        Configuration.ofText("[glance_store]\nhttp_proxy_information = " + proxies + "\n"
                                        + String.join("\n", more))
                                .section("glance_store"));
    }

    @BeforeEach
    void start() {
        proxy.createContext("/", this::answer);
        proxy.start();
    }

    @AfterEach
    void stop() {
        store.close();
        proxy.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String shown = exchange.getRequestHeaders().getFirst("Proxy-Authorization");
            asked.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " " + shown);
            boolean closed = exchange.getRequestURI().toString().contains("closed");
            if (closed && !CREDENTIALS.equals(shown)) {
                exchange.getResponseHeaders().set("Proxy-Authenticate", "Basic realm=\"proxy\"");
                exchange.sendResponseHeaders(407, -1);
                return;
            }
            byte[] body = "data".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private String read(String url) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (Payload payload = store.open(StoreLocation.of(url), ByteRange.whole(4))) {
            payload.transferTo(Channels.newChannel(bytes));
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Test
    void httpUrlsAreAskedForFromTheProxy() throws IOException {
        assertThat(read("http://images.invalid/cirros?x=1")).isEqualTo("data");
        assertThat(asked).containsExactly("GET http://images.invalid/cirros?x=1 null");
    }

    @Test
    void credentialsAreShownToTheProxyAndInNoError() throws IOException {
        store.close();
        store = store("http:arthur:s:3cret@" + place());
        assertThat(read("http://images.invalid/closed")).isEqualTo("data");
        assertThat(asked).last().asString().endsWith(CREDENTIALS);
        store.close();
        store = store("http:arthur:wr0ng@" + place());
        assertThatThrownBy(() -> read("http://images.invalid/closed"))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("407")
                .hasMessageNotContaining("wr0ng");
    }

    @Test
    void httpsUrlsGoThroughATunnelThatSeesNothingOfThem(@TempDir Path directory) throws Exception {
        Certificates certificates = Certificates.make(directory, "dns:images.invalid");
        HttpsServer web = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        web.setHttpsConfigurator(new HttpsConfigurator(certificates.client(true)));
        web.createContext("/", this::answer);
        web.start();
        try (Tunnel tunnel = new Tunnel(web.getAddress().getPort())) {
            store.close();
            store = store(
                    "https:arthur:s:3cret@127.0.0.1:" + tunnel.port(),
                    "https_ca_certificates_file = " + certificates.certificate());
            assertThat(read("https://images.invalid/cirros")).isEqualTo("data");
            assertThat(asked).containsExactly("GET /cirros null");
            assertThat(tunnel.heads).hasSize(2).last().asString().contains(CREDENTIALS);
            assertThat(tunnel.heads)
                    .allMatch(head -> head.startsWith("CONNECT images.invalid:443 "))
                    .noneMatch(head -> head.contains("cirros"));
        } finally {
            web.stop(0);
        }
    }

    /** Opens tunnels to one port on loopback, whatever it is asked for, to those who show the credentials. */
    private static final class Tunnel implements AutoCloseable {
        private static final String OPENED = "HTTP/1.1 200 OK\r\n\r\n";
        private static final String REFUSED =
                "HTTP/1.1 407 No\r\nProxy-Authenticate: Basic realm=p\r\nContent-Length: 0\r\n\r\n";

        private final ServerSocket listener = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        private final ConcurrentLinkedQueue<String> heads = new ConcurrentLinkedQueue<>();
        private final int target;

        Tunnel(int target) throws IOException {
            this.target = target;
            Thread.ofVirtual().start(this::accept);
        }

        int port() {
            return listener.getLocalPort();
        }

        private void accept() {
            while (!listener.isClosed()) {
                try {
                    serve(listener.accept());
                } catch (IOException closed) {
                    // told by the loop's condition
                }
            }
        }

        private void serve(Socket client) throws IOException {
            InputStream in = client.getInputStream();
            while (true) {
                StringBuilder head = new StringBuilder();
                while (head.indexOf("\r\n\r\n") < 0) {
                    int next = in.read();
                    if (next < 0) {
                        return;
                    }
                    head.append((char) next);
                }
                heads.add(head.toString());
                boolean open = head.indexOf(CREDENTIALS) >= 0;
                client.getOutputStream().write((open ? OPENED : REFUSED).getBytes(StandardCharsets.US_ASCII));
                if (open) {
                    Socket web = new Socket(InetAddress.getLoopbackAddress(), target);
                    Thread.ofVirtual().start(() -> pump(client, web));
                    Thread.ofVirtual().start(() -> pump(web, client));
                    return;
                }
            }
        }

        private static void pump(Socket from, Socket to) {
            try (from;
                    to) {
                from.getInputStream().transferTo(to.getOutputStream());
            } catch (IOException ended) {
                // so is the other side
            }
        }

        @Override
        public void close() throws IOException {
            listener.close();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://127.0.0.1/x",
                "http://localhost/x",
                "http://169.254.169.254/latest",
                "http://[::1]/x",
                "http://0x7f000001/x",
                "http://2130706433/x",
                "http://127.1/x"
            })
    void whatIsClosedDirectlyIsClosedThroughTheProxy(String url) {
        assertThatThrownBy(() -> read(url)).isInstanceOf(StoreException.class);
        assertThat(asked).isEmpty();
    }

    @Test
    void schemesWithoutAProxyAreReachedDirectly() {
        assertThatThrownBy(() -> read("https://127.0.0.1:1/x")).isInstanceOf(StoreException.class);
        assertThat(asked).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"http:s3cret@", "ftp:host:21", "http:host", "http:https://u:s3cret@host:1", "http:host:99999"})
    void whatIsNoProxyIsRefusedWithoutShowingIt(String proxies) {
        assertThatThrownBy(() -> store(proxies))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("http_proxy_information")
                .hasMessageNotContaining("s3cret");
    }
}
