package glance.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RedactionTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {
                "http://user:pw@host/x http://***@host/x",
                "swift+https://a:b:c@host/v1/i swift+https://***@host/v1/i",
                "https://h/o?X-Amz-Credential=AK%2F1&X-Amz-Date=2&X-Amz-Signature=abc https://h/o?X-Amz-Credential=***&X-Amz-Date=2&X-Amz-Signature=***",
                "https://h/o?temp_url_sig=abc&temp_url_expires=5 https://h/o?temp_url_sig=***&temp_url_expires=5",
                "https://h/o?sv=1&sig=abc%3D https://h/o?sv=1&sig=***",
                "https://h/o?AWSAccessKeyId=A&Expires=1&Signature=x https://h/o?AWSAccessKeyId=***&Expires=1&Signature=***",
                "/v2/images?limit=5&marker=a&name=b /v2/images?limit=5&marker=a&name=b",
                "{\"password\":\"a\\\"b\",\"name\":\"c\"} {\"password\":\"***\",\"name\":\"c\"}",
                "{\"admin_secret\":\"s\",\"os_version\":\"1\"} {\"admin_secret\":\"***\",\"os_version\":\"1\"}",
                "{\"url\":\"http://u:p@h/i?sig=1\"} {\"url\":\"http://***@h/i?sig=***\"}",
            })
    void secretsGoAndTheRestStays(String text, String shown) {
        assertThat(Redaction.of(text)).isEqualTo(shown);
    }

    @Test
    void aTraceShowsNoSecretOfAnyPlace() throws IOException {
        List<String> lines = new ArrayList<>();
        try (FakeService service = new FakeService();
                Transport transport = new Transport(Duration.ofSeconds(5), TlsSettings.SYSTEM, lines::add)) {
            service.json("POST /v2/images", 201, "{\"direct_url\": \"s3://key:s3cr3t@host/b\", \"id\": \"1\"}");
            Request request = Request.of("POST", URI.create(service.url() + "/v2/images?X-Amz-Signature=s3cr3t"))
                    .with("x-auth-token", "s3cr3t")
                    .json(Json.object()
                            .put("uri", "https://u:s3cr3t@h/x?token=s3cr3t")
                            .put("password", "s3cr3t"));
            transport.send(request).close();
        }
        assertThat(String.join("\n", lines)).doesNotContain("s3cr3t").contains("curl -g -i -X POST", "\"id\": \"1\"");
    }

    @Test
    void anAddressInAMessageIsWithoutItsLogin() {
        try (Transport transport = new Transport(Duration.ofSeconds(1), TlsSettings.SYSTEM, null)) {
            Request request = Request.get(URI.create("http://user:s3cr3t@127.0.0.1:1/v2"));
            org.assertj.core.api.Assertions.assertThatThrownBy(() -> transport.send(request))
                    .isInstanceOf(ClientException.class)
                    .hasMessageContaining("127.0.0.1:1")
                    .hasMessageNotContaining("s3cr3t");
        }
    }
}
