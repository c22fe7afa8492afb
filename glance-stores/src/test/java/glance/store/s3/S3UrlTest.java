package glance.store.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import glance.config.Configuration;
import glance.store.StoreException;
import glance.store.StoreLocation;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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

    @ParameterizedTest
    @ValueSource(
            strings = {
                "s3://host/../id",
                "s3://host/bucket/..",
                "s3://host/./id",
                "s3://host/bucket/",
                "s3://host/id",
                "s3://host//id",
                "s3://s3://host/bucket/id",
                "s3://nokeys@host/bucket/id"
            })
    void whatIsNoPlaceOfAnObjectIsRefused(String url) {
        assertThatThrownBy(() -> S3Url.parse(StoreLocation.of(url))).isInstanceOf(StoreException.NotFound.class);
    }

    @ParameterizedTest
    @CsvSource({
        "evil.example#, false",
        "evil.example?, false",
        "evil.example:443, false",
        "user@evil.example, false",
        "evil example, false",
        "other.bucket-2, true"
    })
    void nothingButABucketGetsIntoTheHost(String bucket, boolean named) {
        S3Config virtual = config("virtual");
        assertThat(virtual.canName(bucket)).isEqualTo(named);
        assertThat(config("path").canName(bucket)).isTrue();
    }

    private static S3Config config(String format) {
        return S3Config.from(Configuration.ofText("""
                [glance_store]
                s3_store_host = https://s3.example.org
                s3_store_access_key = a
                s3_store_secret_key = s
                s3_store_bucket = bucket
                s3_store_bucket_url_format = %s
                """.formatted(format)).section("glance_store"));
    }
}
