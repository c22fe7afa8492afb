package glance.store;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StoreLocationTest {
    @ParameterizedTest
    @CsvSource({
        "http://h/a, http://h/a",
        "http://me:secret@h/a, http://***@h/a",
        "s3://key:sec/ret@h/b/c, s3://***@h/b/c",
        "https://h/a?X-Amz-Signature=secret, https://h/a?***",
        "https://me:secret@h/a?sig=sec@ret, https://***@h/a?***",
        "file:///var/lib/glance/images/x, file:///var/lib/glance/images/x"
    })
    void whatIsSecretIsNotShown(String url, String shown) {
        StoreLocation location = StoreLocation.of(url);
        assertThat(location).hasToString(shown);
        assertThat(location.url()).isEqualTo(url);
    }
}
