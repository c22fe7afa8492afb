package glance.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TLS, and the socket file. */
class ListenerTest {
    private final Path directory;

    ListenerTest(@TempDir Path directory) {
        this.directory = directory;
    }

    private static HttpServerConfig config(HttpServerConfig.@Nullable Tls tls, @Nullable Path socketFile) {
        return new HttpServerConfig(
                new HttpServerConfig.Listener("127.0.0.1", 0, socketFile, 128, Duration.ofMinutes(10), tls),
                TestServer.LIMITS,
                true);
    }

    private static RawClient connect(TestServer server, SSLContext tls) throws IOException {
        return new RawClient(
                tls.getSocketFactory().createSocket(), server.server().address());
    }

    @Test
    void tlsCarriesBothDirectionsWhole() throws Exception {
        Certificates certificates = Certificates.make(directory);
        byte[] content = new byte[10 << 20];
        new Random(1).nextBytes(content);
        Path file = Files.write(directory.resolve("data"), content);
        Handler handler = request -> request.method().equals("GET")
                ? Handlers.stream(Handlers.slice(file, 1, content.length - 1))
                : Handlers.text(request.scheme() + " " + request.body().transferTo(new Handlers.Nowhere()));
        try (TestServer server = new TestServer(
                        config(new HttpServerConfig.Tls(certificates.certificate(), certificates.key(), null), null),
                        handler);
                RawClient client = connect(server, certificates.client(false))) {
            client.send("PUT / HTTP/1.1\nHost: x\nContent-Length: " + content.length + "\n\n")
                    .send(content);
            assertThat(client.read().body()).isEqualTo("https " + content.length);
            client.send("GET / HTTP/1.1\nHost: x\nConnection: close\n\n").readHead();
            byte[] read = client.in().readAllBytes();
            assertThat(read).hasSize(content.length - 1);
            assertThat(ByteBuffer.wrap(read)).isEqualTo(ByteBuffer.wrap(content, 1, read.length));
            server.awaitNoConnection();
        }
    }

    @Test
    void aRefusalOverTlsIsSeenByAClientThatReadsLate() throws Exception {
        Certificates certificates = Certificates.make(directory);
        try (TestServer server = new TestServer(
                        config(new HttpServerConfig.Tls(certificates.certificate(), certificates.key(), null), null),
                        request -> Handlers.text(413, "too large"));
                RawClient client = connect(server, certificates.client(false))) {
            client.send("PUT / HTTP/1.1\nHost: x\nContent-Length: 4194304\n\n").send(new byte[4 << 20]);
            assertThat(client.read().body()).isEqualTo("too large");
            assertThat(client.atEnd()).isTrue();
        }
    }

    @Test
    void withAnAuthorityAClientNeedsACertificate() throws Exception {
        Certificates certificates = Certificates.make(directory);
        Path own = certificates.certificate();
        try (TestServer server =
                new TestServer(config(new HttpServerConfig.Tls(own, certificates.key(), own), null), Handlers::echo)) {
            try (RawClient known = connect(server, certificates.client(true))) {
                assertThat(known.send("GET / HTTP/1.1\nHost: x\n\n").read().status())
                        .isEqualTo(200);
            }
            try (RawClient stranger = connect(server, certificates.client(false))) {
                assertThatThrownBy(() ->
                                stranger.send("GET / HTTP/1.1\nHost: x\n\n").read())
                        .isInstanceOf(IOException.class);
            }
            server.awaitNoConnection();
        }
    }

    @Test
    void anotherCertificateIsUsedWithoutARestart() throws Exception {
        Certificates before = Certificates.make(Files.createDirectory(directory.resolve("before")), "ip:127.0.0.1");
        Certificates after = Certificates.make(Files.createDirectory(directory.resolve("after")), "ip:127.0.0.1");
        HttpServerConfig config = config(new HttpServerConfig.Tls(before.certificate(), before.key(), null), null);
        HttpServerConfig.Tls renewed = new HttpServerConfig.Tls(after.certificate(), after.key(), null);
        Path missing = directory.resolve("missing.pem");
        try (TestServer server = new TestServer(config, Handlers::echo);
                RawClient open = connect(server, before.client(false))) {
            assertThat(open.send("GET / HTTP/1.1\nHost: x\n\n").read().status()).isEqualTo(200);
            assertThatThrownBy(() ->
                            server.server().reload(config(new HttpServerConfig.Tls(missing, missing, null), null)))
                    .hasMessage("cert_file " + missing + " cannot be read");
            assertThatThrownBy(() -> server.server().reload(config(null, null)))
                    .hasMessage("cert_file and key_file turn TLS on or off at a start only");
            try (RawClient same = connect(server, before.client(false))) {
                assertThat(same.send("GET / HTTP/1.1\nHost: x\n\n").read().status())
                        .isEqualTo(200);
            }
            server.server().reload(config(renewed, null));
            try (RawClient trusting = connect(server, after.client(false))) {
                assertThat(trusting.send("GET / HTTP/1.1\nHost: x\n\n").read().status())
                        .isEqualTo(200);
            }
            try (RawClient former = connect(server, before.client(false))) {
                assertThatThrownBy(
                                () -> former.send("GET / HTTP/1.1\nHost: x\n\n").read())
                        .isInstanceOf(IOException.class);
            }
            assertThat(open.send("GET / HTTP/1.1\nHost: x\n\n").read().status()).isEqualTo(200);
        }
    }

    @Test
    void unusableTlsFilesStopTheStart() throws Exception {
        Path missing = directory.resolve("missing.pem");
        assertThatThrownBy(() ->
                        new TestServer(config(new HttpServerConfig.Tls(missing, missing, null), null), Handlers::echo))
                .isInstanceOf(IOException.class)
                .hasMessage("cert_file " + missing + " cannot be read");
        Path nonsense = Files.writeString(directory.resolve("nonsense.pem"), "nonsense");
        assertThatThrownBy(() -> new TestServer(
                        config(new HttpServerConfig.Tls(nonsense, nonsense, null), null), Handlers::echo))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(nonsense.toString());
    }

    @Test
    void theSocketFileServesAndGoesWithTheServer() throws IOException {
        Path socket = directory.resolve("api.sock");
        try (TestServer server = new TestServer(config(null, socket), Handlers::echo)) {
            assertThat(overFile(socket, "GET /f HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
                    .endsWith("GET /f []");
            assertThatThrownBy(() -> new TestServer(config(null, socket), Handlers::echo))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("another process");
            assertThat(overFile(socket, "GET /g HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
                    .endsWith("GET /g []");
            try (RawClient client = server.connect()) {
                assertThat(client.send("GET / HTTP/1.1\nHost: x\n\n").read().status())
                        .isEqualTo(200);
            }
        }
        assertThat(socket).doesNotExist();
    }

    @Test
    void aSocketFileLeftByACrashIsReplaced() throws IOException {
        Path socket = directory.resolve("left.sock");
        try (var left = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            left.bind(UnixDomainSocketAddress.of(socket));
        }
        assertThat(socket).exists();
        try (TestServer server = new TestServer(config(null, socket), Handlers::echo)) {
            assertThat(overFile(socket, "GET /f HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
                    .endsWith("GET /f []");
            assertThat(server.onlyFinished().complete()).isTrue();
        }
    }

    private static String overFile(Path socket, String request) throws IOException {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
            return new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    @Test
    void withoutEpollTheServiceIsTheSame() throws IOException {
        byte[] content = new byte[3 << 20];
        new Random(2).nextBytes(content);
        Path file = Files.write(directory.resolve("data"), content);
        Path socket = directory.resolve("nio.sock");
        Handler handler = request -> request.method().equals("GET")
                ? Handlers.stream(Handlers.slice(file, 0, content.length))
                : Handlers.swallow(request);
        try (TestServer server = new TestServer(config(null, socket), handler, Transport.NIO);
                RawClient client = server.connect()) {
            client.send("PUT / HTTP/1.1\nHost: x\nContent-Length: " + content.length + "\n\n")
                    .send(content);
            assertThat(client.read().body()).isEqualTo(String.valueOf(content.length));
            client.send("GET / HTTP/1.1\nHost: x\n\n").readHead();
            assertThat(client.in().readNBytes(content.length)).isEqualTo(content);
            assertThat(overFile(socket, "PUT / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
                    .endsWith("0");
            client.send("PUT / HTTP/1.1\nHost: x\nContent-Length: 10\n\nhello").leave();
            server.awaitNoConnection();
            assertThat(server.finished()).filteredOn(seen -> !seen.complete()).hasSize(1);
        }
    }
}
