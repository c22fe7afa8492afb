package glance.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import glance.config.ConfigException;
import glance.config.ConfigurationFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HttpServerConfigTest {
    private final Path file;

    HttpServerConfigTest(@TempDir Path directory) {
        file = directory.resolve("glance-api.conf");
    }

    private HttpServerConfig read(String text) throws IOException {
        Files.writeString(file, text);
        return HttpServerConfig.from(ConfigurationFiles.of(List.of("glance-api"), Map.of(), List.of())
                .withFile(file)
                .load(List.of(HttpServerConfig.OPTIONS))
                .configuration()
                .section("DEFAULT"));
    }

    @Test
    void defaultsAreUpstreams() throws IOException {
        assertThat(read("[DEFAULT]\n"))
                .isEqualTo(new HttpServerConfig(
                        new HttpServerConfig.Listener("0.0.0.0", 9292, null, 4096, Duration.ofMinutes(10), null),
                        new HttpServerConfig.Limits(
                                16_384,
                                2048,
                                8192,
                                new HttpServerConfig.PerAddress(1024, false),
                                new HttpServerConfig.Rate(500, Duration.ofSeconds(30)),
                                Duration.ofMinutes(15),
                                Duration.ofMinutes(1),
                                Duration.ofMinutes(15),
                                Duration.ofMinutes(1)),
                        true));
    }

    @Test
    void everyOptionIsRead() throws IOException {
        assertThat(read("""
                        [DEFAULT]
                        bind_host = ::1
                        bind_port = 9999
                        bind_unix_socket = /run/glance/api.sock
                        backlog = 7
                        tcp_keepidle = 8
                        max_header_line = 32768
                        http_keepalive = false
                        client_socket_timeout = 9
                        client_header_timeout = 10
                        http_keepalive_timeout = 11
                        graceful_shutdown_timeout = 12
                        max_concurrent_requests = 13
                        max_connections = 14
                        max_connections_per_address = 15
                        client_minimum_rate = 16
                        cert_file = /etc/glance/cert.pem
                        key_file = /etc/glance/key.pem
                        ca_file = /etc/glance/ca.pem
                        """))
                .isEqualTo(new HttpServerConfig(
                        new HttpServerConfig.Listener(
                                "::1",
                                9999,
                                Path.of("/run/glance/api.sock"),
                                7,
                                Duration.ofSeconds(8),
                                new HttpServerConfig.Tls(
                                        Path.of("/etc/glance/cert.pem"),
                                        Path.of("/etc/glance/key.pem"),
                                        Path.of("/etc/glance/ca.pem"))),
                        new HttpServerConfig.Limits(
                                32_768,
                                13,
                                14,
                                new HttpServerConfig.PerAddress(15, true),
                                new HttpServerConfig.Rate(16, Duration.ofSeconds(30)),
                                Duration.ofSeconds(9),
                                Duration.ofSeconds(10),
                                Duration.ofSeconds(11),
                                Duration.ofSeconds(12)),
                        false));
    }

    @Test
    void keepAliveFollowsTheSocketTimeoutUnlessGiven() throws IOException {
        assertThat(read("[DEFAULT]\nclient_socket_timeout = 30\n").limits().keepAliveIdle())
                .isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void aCertificateWithoutItsKeyIsRefused() {
        assertThatThrownBy(() -> read("[DEFAULT]\ncert_file = /c\n"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("only cert_file is set");
        assertThatThrownBy(() -> read("[DEFAULT]\nkey_file = /k\n"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("only key_file is set");
    }
}
