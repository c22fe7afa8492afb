package glance.store.s3;

import static org.assertj.core.api.Assertions.assertThat;

import glance.store.StoreLocation;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class S3UrlTest {
    @ParameterizedTest
    @CsvSource({
        "s3://key:se/cr@et@host/bucket/id, s3://host/bucket/id",
        "s3+https://key:secret@host:443/bucket/id, s3+https://host:443/bucket/id",
        "s3://host/bucket/id, s3://host/bucket/id",
        "s3://host/bucket/id?a=b@c, s3://host/bucket/id?a=b@c"
    })
    void credentialsOfOlderReleasesLeaveTheUrl(String recorded, String bare) {
        StoreLocation location = new StoreLocation(recorded, Map.of("store", "s3"));
        assertThat(S3Url.withoutKeys(location)).isEqualTo(new StoreLocation(bare, Map.of("store", "s3")));
    }
}
