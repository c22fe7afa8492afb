package glance.api.v2;

import static glance.api.v2.TestApi.ADMIN;
import static glance.api.v2.TestApi.BLUE;
import static glance.api.v2.TestApi.NO_ROLE;
import static glance.api.v2.TestApi.RED;
import static org.assertj.core.api.Assertions.assertThat;

import glance.auth.Caller;
import glance.http.Headers;
import glance.image.ImageStatus;
import glance.image.Visibility;
import glance.quota.Quotas;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** What may be said of images in the Images API v1, when and by whom. RED owns them. */
class FirstVersionUpdateWireTest {
    private static final Headers FORMATS =
            Headers.of("x-image-meta-disk_format", "raw").with("x-image-meta-container_format", "bare");

    private final TestApi api = new TestApi();

    private TestApi.Answer put(Caller caller, String id, Headers headers) {
        return api.call(caller, "PUT", "/v1/images/" + id, headers, "");
    }

    private JsonNode created(Caller caller, Headers headers) {
        TestApi.Answer answer = api.call(caller, "POST", "/v1/images", headers, "");
        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
        return answer.json().path("image");
    }

    @Test
    void anImageThatAwaitsItsRemovalIsNotDeletedAgain() {
        String id = api.imageIn(ImageStatus.PENDING_DELETE, Visibility.SHARED);
        assertThat(api.call(RED, "DELETE", "/v1/images/" + id).status()).isEqualTo(403);
        assertThat(api.stored(id).status()).isEqualTo(ImageStatus.PENDING_DELETE);
    }

    @Test
    void anImageOfSizeNothingIsActiveAtOnce() {
        JsonNode image = created(RED, FORMATS.with("x-image-meta-size", "0"));
        assertThat(image.path("status").stringValue()).isEqualTo("active");
        TestApi.Answer data =
                api.call(RED, "GET", "/v1/images/" + image.path("id").stringValue());
        assertThat(data.status()).isEqualTo(200);
        assertThat(data.bytes()).isEmpty();
        assertThat(data.header("Content-Type")).isEqualTo("application/octet-stream");
    }

    @Test
    void whatIsDeclaredOfDataToComeIsShown() {
        JsonNode image = created(
                RED,
                FORMATS.with("x-image-meta-size", "7")
                        .with("x-image-meta-checksum", "abc")
                        .with("x-image-meta-virtual_size", "9"));
        assertThat(image.path("status").stringValue()).isEqualTo("queued");
        assertThat(image.path("size").longValue()).isEqualTo(7);
        assertThat(image.path("virtual_size").longValue()).isEqualTo(9);
        String id = image.path("id").stringValue();
        TestApi.Answer changed =
                put(RED, id, Headers.of("x-image-meta-size", "8").with("x-image-meta-virtual_size", "None"));
        assertThat(changed.json().path("image").path("size").longValue()).isEqualTo(8);
        assertThat(changed.json().path("image").path("virtual_size").isNull()).isTrue();
        assertThat(changed.header("ETag")).isEqualTo("abc");
    }

    @ParameterizedTest
    @CsvSource({"size, 11", "checksum, abc", "owner, p-blue"})
    void whatAnImageHoldsIsAnAdministratorsToSayOtherwise(String field, String value) {
        for (ImageStatus status : List.of(ImageStatus.ACTIVE, ImageStatus.DEACTIVATED)) {
            String id = api.imageIn(status, Visibility.PRIVATE);
            Headers sent = Headers.of("x-image-meta-" + field, value);
            TestApi.Answer own = put(RED, id, sent);
            // A foreign owner is dropped in silence.
            assertThat(own.status()).isEqualTo(field.equals("owner") ? 200 : 403);
            TestApi.Answer changed = put(ADMIN, id, sent);
            assertThat(changed.status()).as(changed.text()).isEqualTo(200);
            assertThat(changed.json().path("image").path(field).asString()).isEqualTo(value);
        }
    }

    @Test
    void nobodyChangesStatusOrIdButMayRepeatWhatIs() {
        String id = api.imageIn(ImageStatus.ACTIVE, Visibility.PRIVATE);
        for (Caller caller : List.of(RED, ADMIN)) {
            assertThat(put(caller, id, Headers.of("x-image-meta-status", "queued"))
                            .status())
                    .isEqualTo(403);
            assertThat(put(caller, id, Headers.of("x-image-meta-id", "another")).status())
                    .isEqualTo(403);
        }
        Headers same = Headers.of("x-image-meta-status", "active")
                .with("x-image-meta-id", id)
                .with("x-image-meta-size", "10")
                .with("x-image-meta-deleted", "True");
        assertThat(put(RED, id, same).status()).isEqualTo(200);
    }

    @Test
    void othersImagesAreForbiddenWhenPublicAndElseNotThere() {
        String open = api.imageIn(ImageStatus.ACTIVE, Visibility.PUBLIC);
        String community = api.imageIn(ImageStatus.ACTIVE, Visibility.COMMUNITY);
        String shared = api.imageIn(ImageStatus.ACTIVE, Visibility.SHARED);
        api.call(RED, "PUT", "/v1/images/" + shared + "/members/p-blue");
        String nobodys = created(ADMIN, FORMATS.with("x-image-meta-owner", ""))
                .path("id")
                .stringValue();
        for (String method : List.of("PUT", "DELETE")) {
            assertThat(api.call(BLUE, method, "/v1/images/" + open).status()).isEqualTo(403);
            for (String other : List.of(community, shared, nobodys)) {
                assertThat(api.call(BLUE, "HEAD", "/v1/images/" + other).status())
                        .isEqualTo(200);
                assertThat(api.call(BLUE, method, "/v1/images/" + other).status())
                        .isEqualTo(404);
            }
        }
    }

    @Test
    void aProtectedImageIsDeletedOnlyOnceItIsNot() {
        String id = created(RED, FORMATS.with("x-image-meta-protected", "yes"))
                .path("id")
                .stringValue();
        assertThat(api.call(RED, "DELETE", "/v1/images/" + id).status()).isEqualTo(403);
        assertThat(put(RED, id, Headers.of("x-image-meta-protected", "None")).status())
                .isEqualTo(200);
        TestApi.Answer deleted = api.call(RED, "DELETE", "/v1/images/" + id);
        assertThat(deleted.status()).isEqualTo(200);
        assertThat(deleted.bytes()).isEmpty();
        assertThat(api.call(RED, "POST", "/v1/images", Headers.of("x-image-meta-id", id), "")
                        .status())
                .isEqualTo(409);
    }

    @Test
    void aDeletedImageIsAnAdministratorsToSeeAndNobodysToChange() {
        String path = "/v1/images/" + api.imageIn(ImageStatus.ACTIVE, Visibility.PRIVATE);
        assertThat(api.call(RED, "DELETE", path).status()).isEqualTo(200);
        assertThat(api.call(ADMIN, "HEAD", path).header("x-image-meta-deleted")).isEqualTo("True");
        assertThat(api.call(ADMIN, "PUT", path).status()).isEqualTo(403);
        assertThat(api.call(RED, "PUT", path).status()).isEqualTo(404);
        for (Caller caller : List.of(RED, ADMIN)) {
            assertThat(api.call(caller, "DELETE", path).status()).isEqualTo(404);
            assertThat(api.call(caller, "GET", path).status()).isEqualTo(404);
        }
    }

    @Test
    void propertiesAreCountedAsTheyWillBe() {
        try (TestApi small = new TestApi(new Quotas(1L << 40, 0, 128, 1, 128, 10), TestApi.config(false))) {
            Headers two = Headers.of("x-image-meta-property-a", "1").with("x-image-meta-property-b", "2");
            assertThat(small.call(RED, "POST", "/v1/images", two, "").status()).isEqualTo(413);
            String id = small.call(RED, "POST", "/v1/images", Headers.of("x-image-meta-property-a", "1"), "")
                    .json()
                    .path("image")
                    .path("id")
                    .stringValue();
            Headers other = Headers.of("x-image-meta-property-b", "2");
            String path = "/v1/images/" + id;
            assertThat(small.call(RED, "PUT", path, other.with("x-glance-registry-purge-props", "False"), "")
                            .status())
                    .isEqualTo(413);
            assertThat(small.call(RED, "PUT", path, other, "").status()).isEqualTo(200);
            assertThat(small.stored(id).properties()).containsOnlyKeys("b");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "id, 1-1-1-1-1",
        "checksum, 000000000000000000000000000000000",
        "created_at, 1899-12-31T00:00:00",
        "updated_at, yesterday",
        "virtual_size, -1",
        "size, x",
        "store, nowhere"
    })
    void valuesThatAreNoneAreRefusedAndNothingIsRecorded(String field, String value) {
        TestApi.Answer answer = api.call(RED, "POST", "/v1/images", FORMATS.with("x-image-meta-" + field, value), "");
        assertThat(answer.status()).as(answer.text()).isEqualTo(400);
        assertThat(api.call(RED, "GET", "/v1/images").json().path("images")).isEmpty();
    }

    @Test
    void aStoreIsNamedByItsScheme() {
        assertThat(created(RED, FORMATS.with("x-image-meta-store", "memory")).has("store"))
                .isFalse();
    }

    @Test
    void whoMayOnlyLookIsForbiddenToChangeAnything() {
        String id = api.imageIn(ImageStatus.ACTIVE, Visibility.PUBLIC);
        for (Caller caller : List.of(Caller.ANONYMOUS, NO_ROLE)) {
            assertThat(api.call(caller, "POST", "/v1/images").status()).isEqualTo(403);
            assertThat(api.call(caller, "PUT", "/v1/images/" + id).status()).isEqualTo(403);
            assertThat(api.call(caller, "DELETE", "/v1/images/" + id).status()).isEqualTo(403);
            assertThat(api.call(caller, "GET", "/v1/images/absent").status()).isEqualTo(403);
        }
        assertThat(put(RED, id, Headers.of("x-image-meta-is_public", "True")).status())
                .isEqualTo(403);
    }

    @ParameterizedTest
    @CsvSource({
        "PURGE, /v1/else, 501, null",
        "PURGE, /v1/images, 405, 'GET, POST'",
        "HEAD, /v1/images, 405, 'GET, POST'",
        "HEAD, /v1/images/detail, 405, GET",
        "POST, /v1/images/detail, 405, 'GET, HEAD'",
        "DELETE, /v1/else, 404, null",
        "GET, /v1/images/, 404, null",
        "GET, /v1/images/x/else, 404, null",
        "GET, /v1/images/x/members/, 404, null",
        "GET, /v1/shared-images, 404, null",
        "POST, /v1/, 200, null"
    })
    void whatIsNotThereIsToldAsUpstreamDoes(String method, String path, int status, String allowed) {
        TestApi.Answer answer = api.call(RED, method, path);
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.header("Allow")).isEqualTo(allowed);
    }
}
