package glance.policy.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import glance.config.Configuration;
import glance.error.GlanceException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpRemoteCheckTest {
    private final AtomicReference<String> asked = new AtomicReference<>("");
    private String answer = "True";
    private int status = 200;
    private HttpServer server;

    @BeforeEach
    void startServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            asked.set(exchange.getRequestHeaders().getFirst("Content-Type") + "\n" + body);
            byte[] content = answer.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, content.length);
            exchange.getResponseBody().write(content);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stopServer() {
        server.stop(0);
    }

    private boolean ask(String options) {
        Map<String, @Nullable Object> target = new LinkedHashMap<>();
        target.put("owner", null);
        target.put("size", 5);
        try (HttpRemoteCheck check = HttpRemoteCheck.open(Configuration.ofText("[oslo_policy]\n" + options))) {
            String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/decide";
            return check.allows(url, "get_image", target, Map.of("user_id", "u&1"));
        }
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {"True, true", "\"True\", true", "False, false", "true, false", "`\"True\"\n`, true", "``, false"})
    void onlyTrueAllows(String said, boolean expected) {
        answer = said;
        assertThat(ask("")).isEqualTo(expected);
    }

    @Test
    void theStatusOfTheAnswerIsNotLookedAt() {
        status = 500;
        assertThat(ask("")).isTrue();
    }

    @Test
    void theQuestionIsAForm() {
        ask("");
        assertThat(asked.get()).startsWith("application/x-www-form-urlencoded");
        String form = URLDecoder.decode(asked.get(), StandardCharsets.UTF_8);
        assertThat(form)
                .contains("rule=\"get_image\"")
                .contains("target={\"owner\":null,\"size\":5}")
                .contains("credentials={\"user_id\":\"u&1\"}");
    }

    @Test
    void theQuestionMayBeOneDocument() {
        ask("remote_content_type = application/json\n");
        assertThat(asked.get())
                .startsWith("application/json")
                .contains("\"rule\":\"get_image\"")
                .contains("\"target\":{\"owner\":null,\"size\":5}");
    }

    @Test
    void noAnswerIsNoPermissionButAFailure() {
        stopServer();
        assertThatThrownBy(() -> ask("remote_timeout = 2\n")).isInstanceOf(GlanceException.Unavailable.class);
    }
}
