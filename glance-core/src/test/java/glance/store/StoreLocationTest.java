package glance.store;

import static org.assertj.core.api.Assertions.assertThat;

import glance.image.DataIntent;
import glance.image.ImageId;
import glance.image.NewLocation;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StoreLocationTest {
    @ParameterizedTest
    @CsvSource({
        "http://h/a, http://h/a",
        "http://me:secret@h/a, http://***@h/a",
        "s3://key:sec/ret@h/b/c, s3://***@h/b/c",
        "s3://key:se?cr#et@h/b/c, s3://***@h/b/c",
        "swift://p:u:k#1?2@h/b/c?d, swift://***@h/b/c?***",
        "https://h/a?X-Amz-Signature=secret, https://h/a?***",
        "https://me:secret@h/a?sig=sec@ret, https://***@h/a?***",
        "file:///var/lib/glance/images/x, file:///var/lib/glance/images/x"
    })
    void whatIsSecretIsNotShown(String url, String shown) {
        StoreLocation location = StoreLocation.of(url);
        assertThat(location).hasToString(shown);
        assertThat(location.url()).isEqualTo(url);
    }

    @Test
    void recordsThatHoldUrlsShowNoMore() {
        String url = "s3://key:secret@h/b/c";
        DataIntent intent = new DataIntent(new ImageId("i"), new StoreId("s3"), url, DataIntent.Kind.DISCARD, "worker");
        assertThat(intent.toString()).contains("s3://***@h/b/c", "DISCARD").doesNotContain("secret");
        assertThat(new NewLocation(url, Map.of(), null).toString())
                .contains("s3://***@h/b/c")
                .doesNotContain("secret");
        assertThat(StoreLocation.of("s3://key:se\ncret@h/b/c").toString()).isEqualTo("s3://***@h/b/c");
    }
}
