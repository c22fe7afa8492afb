package glance.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WebAddressTest {
    @Test
    void credentialsAreTakenOutAndNotShown() {
        WebAddress address = WebAddress.parse("https://me:s%40cret@images.example.test:8443/a%20b?sig=x#part");
        assertThat(address.url()).hasToString("https://images.example.test:8443/a%20b?sig=x");
        assertThat(address.credentials()).contains("me:s@cret");
        assertThat(address.authorization()).contains("Basic bWU6c0BjcmV0");
        assertThat(address).hasToString("https://images.example.test:8443/a%20b");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ftp://h/x",
                "file:///etc/passwd",
                "//h/x",
                "http:///x",
                "http://h:0/x",
                "http://h:99999/x",
                "http://h:x/y",
                "http://secret@h/x",
                "http://a:secret:c@h/x",
                "http://h/secret path",
                "",
                "http://"
            })
    void otherTextsAreRefusedWithoutQuotingThem(String text) {
        assertThatThrownBy(() -> WebAddress.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("secret");
    }

    @ParameterizedTest
    @CsvSource({
        "/b, http://h/b, true",
        "b?q=1, http://h/a/b?q=1, true",
        "http://h/c, http://h/c, true",
        "http://other/c, http://other/c, false",
        "https://h/c, https://h/c, false",
        "http://h:81/c, http://h:81/c, false"
    })
    void credentialsFollowToTheSameServerOnly(String location, String url, boolean kept) {
        WebAddress next = WebAddress.parse("http://me:secret@h/a/x").follow(location);
        assertThat(next.url()).hasToString(url);
        assertThat(next.credentials().isPresent()).isEqualTo(kept);
    }
}
