package glance.api.v2;

import static glance.api.v2.TestApi.ADMIN;
import static glance.api.v2.TestApi.BLUE;
import static glance.api.v2.TestApi.BLUE_READER;
import static glance.api.v2.TestApi.NO_ROLE;
import static glance.api.v2.TestApi.RED;
import static org.assertj.core.api.Assertions.assertThat;

import glance.auth.Caller;
import glance.http.Headers;
import glance.image.ImageStatus;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** API v1 with data that another store has, whose places clients may name: {@code memory://}. */
@Timeout(60)
class ExternalSourcesWireTest {
    private static final String COPY = "x-glance-api-copy-from";
    private static final String LOCATION = "x-image-meta-location";
    private static final Headers FORMATS =
            Headers.of("x-image-meta-disk_format", "raw").with("x-image-meta-container_format", "bare");

    private final TestApi api = new TestApi();

    @AfterEach
    void stop() {
        api.close();
    }

    private TestApi.Answer post(Caller caller, Headers headers) {
        return api.call(caller, "POST", "/v1/images", headers, "");
    }

    private static String id(TestApi.Answer answer) {
        return answer.json().path("image").path("id").stringValue();
    }

    /** Where five bytes are. */
    private String somewhere() {
        Headers data = FORMATS.with("Content-Type", "application/octet-stream");
        String id = id(api.call(RED, "POST", "/v1/images", data, "hello"));
        return api.stored(id).locations().getFirst().at().url();
    }

    private void awaitStatus(String id, ImageStatus status) throws InterruptedException {
        for (int i = 0; i < 4000 && api.stored(id).status() != status; i++) {
            Thread.sleep(5);
        }
        assertThat(api.stored(id).status()).isEqualTo(status);
    }

    @Test
    void aCopyIsAnsweredQueuedAndEndsActive() throws InterruptedException {
        TestApi.Answer answer = post(RED, Headers.of(COPY, somewhere()).with("x-image-meta-name", "copied"));
        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
        assertThat(answer.json().path("image").path("status").stringValue()).isEqualTo("queued");
        awaitStatus(id(answer), ImageStatus.ACTIVE);
        assertThat(api.call(RED, "GET", "/v1/images/" + id(answer)).text()).isEqualTo("hello");
    }

    @Test
    void aReservedImageTakesALocation() {
        String id = id(post(RED, FORMATS));
        TestApi.Answer filled = api.call(RED, "PUT", "/v1/images/" + id, Headers.of(LOCATION, somewhere()), "");
        assertThat(filled.status()).as(filled.text()).isEqualTo(200);
        assertThat(filled.json().path("image").path("size").intValue()).isEqualTo(5);
        assertThat(filled.json().path("image").path("checksum").isNull()).isTrue();
        assertThat(api.call(RED, "GET", "/v1/images/" + id).text()).isEqualTo("hello");
        assertThat(api.call(RED, "PUT", "/v1/images/" + id, Headers.of(COPY, somewhere()), "")
                        .status())
                .isEqualTo(400);
    }

    @Test
    void aLocationNeedsFormatsAndTheDeclaredSize() {
        String place = somewhere();
        assertThat(post(RED, Headers.of(LOCATION, place)).status()).isEqualTo(400);
        assertThat(post(RED, FORMATS.with(LOCATION, place).with("x-image-meta-size", "6"))
                        .status())
                .isEqualTo(409);
        assertThat(post(RED, FORMATS.with(LOCATION, place).with("x-image-meta-size", "5"))
                        .status())
                .isEqualTo(201);
    }

    @ParameterizedTest
    @ValueSource(strings = {COPY, LOCATION})
    void whoMayNotCreateIsNotToldWhatIsWhere(String header) {
        Headers absent = FORMATS.with(header, "memory://memory/absent");
        for (Caller caller : List.of(NO_ROLE, BLUE_READER)) {
            assertThat(post(caller, absent).status()).isEqualTo(403);
        }
        assertThat(post(RED, absent).status()).isEqualTo(404);
        assertThat(post(RED, FORMATS.with(header, "other://x")).status()).isEqualTo(400);
        assertThat(post(RED, FORMATS.with(header, "")).status()).isEqualTo(400);
        String foreign = id(post(ADMIN, FORMATS.with("x-image-meta-is_public", "true")));
        assertThat(api.call(BLUE, "PUT", "/v1/images/" + foreign, absent, "").status())
                .isEqualTo(403);
    }
}
