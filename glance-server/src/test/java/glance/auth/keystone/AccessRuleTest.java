package glance.auth.keystone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccessRuleTest {
    @ParameterizedTest
    @CsvSource({
        "/v2/images, /v2/images, true",
        "/v2/images, /v2/images/1, false",
        "/v2/images, /v2/image, false",
        "/v2/images/*, /v2/images/1, true",
        "/v2/images/*, /v2/images/, false",
        "/v2/images/*, /v2/images/1/file, false",
        "/v2/images/*, /v2/images/1%2Ffile, false",
        "/v2/images/*, /v2/images/1%2ffile, false",
        "/v2/images/*/file, /v2/images/1%2Ffile, true",
        "/v2/*/1/file, /v2/images/1/file, true",
        "/v2/images/{image_id}/file, /v2/images/abc/file, true",
        "/v2/images/{image_id}/file, /v2/images/a/b/file, false",
        "/v2/images/x-*, /v2/images/x-1, true",
        "/v2/images/x-*, /v2/images/y-1, false",
        "/v2/**, /v2/images/1/file, true",
        "/v2/**, /v2/, true",
        "/v2/**/file, /v2/images/1/file, true",
        "/v2/**/file, /v2/images/1/stage, false",
        "**, /anything, true",
        "/v2/{unclosed, /v2/{unclosed, true"
    })
    void pathsMatchPatterns(String pattern, String path, boolean expected) {
        assertThat(new AccessRule("image", "GET", pattern).allows("GET", path)).isEqualTo(expected);
    }

    @Test
    void theMethodCounts() {
        assertThat(new AccessRule("image", "GET", "**").allows("PUT", "/v2/images"))
                .isFalse();
    }

    @Test
    void hostilePatternsTakeNoLongerThanTheProductOfTheLengths() {
        AccessRule hostile = new AccessRule("image", "GET", "**a".repeat(300) + "b");
        assertThatCode(() -> assertThat(hostile.allows("GET", "a".repeat(4000))).isFalse())
                .doesNotThrowAnyException();
    }
}
