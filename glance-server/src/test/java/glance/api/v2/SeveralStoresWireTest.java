package glance.api.v2;

import static glance.api.v2.TestApi.ADMIN;
import static glance.api.v2.TestApi.BLUE;
import static glance.api.v2.TestApi.RED;
import static glance.api.v2.TestApi.V21;
import static org.assertj.core.api.Assertions.assertThat;

import glance.http.Headers;
import glance.image.Guard;
import glance.image.ImageChange;
import glance.image.ImageId;
import glance.image.ImageLocation;
import glance.image.ImageStatus;
import glance.image.Visibility;
import glance.store.StoreException;
import glance.store.StoreLocation;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Stores as clients see them: which there are, choosing one, reading from another, removing from one. */
class SeveralStoresWireTest {
    private final ThreeStores stores = new ThreeStores();
    private final TestApi api = stores.api;

    @AfterEach
    void stop() {
        stores.close();
    }

    private static String path(String id) {
        return "/v2/images/" + id;
    }

    private String queued() {
        return api.imageIn(ImageStatus.QUEUED, Visibility.SHARED);
    }

    private TestApi.Answer upload(String id, String store) {
        Headers headers = Headers.of("Content-Type", "application/octet-stream").with("X-Image-Meta-Store", store);
        return api.call(RED, "PUT", path(id) + "/file", headers, "0123456789");
    }

    /** An image in fast and slow. */
    private String twice() {
        String id = queued();
        assertThat(upload(id, "fast").status()).isEqualTo(204);
        addCopy(id, ThreeStores.put(stores.slow, id, "0123456789"));
        return id;
    }

    private void addCopy(String id, String url) {
        TestApi.Answer added = api.patch(
                RED,
                path(id),
                V21,
                "[{\"op\":\"add\",\"path\":\"/locations/-\",\"value\":{\"url\":\"" + url + "\",\"metadata\":{}}}]");
        assertThat(added.status()).as(added.text()).isEqualTo(200);
    }

    private String storesOf(String id) {
        return api.call(RED, "GET", path(id)).json().path("stores").stringValue("none");
    }

    @Test
    void storesAreListedInConfiguredOrder() {
        assertThat(api.call(RED, "GET", "/v2/info/stores").text())
                .isEqualTo("{\"stores\":[{\"id\":\"fast\",\"description\":\"SSD\",\"default\":\"true\"},"
                        + "{\"id\":\"slow\"},{\"id\":\"web\",\"read-only\":\"true\"}]}");
        assertThat(api.call(RED, "GET", "/v2/info/stores/detail").status()).isEqualTo(403);
        JsonNode web = api.call(ADMIN, "GET", "/v2/info/stores/detail")
                .json()
                .path("stores")
                .path(2);
        assertThat(web.path("type").stringValue()).isEqualTo("http");
        assertThat(web.path("weight").intValue()).isZero();
        assertThat(web.path("properties").isObject()).isTrue();
        assertThat(api.call(RED, "POST", "/v2/info/stores").status()).isEqualTo(405);
    }

    @Test
    void aNewImageTellsTheStores() {
        TestApi.Answer created = api.call(RED, "POST", "/v2/images", "{\"name\":\"x\"}");
        assertThat(created.header("OpenStack-image-store-ids")).isEqualTo("fast,slow,web");
        assertThat(created.json().has("stores")).isFalse();
    }

    @Test
    void anUploadNamesItsStore() {
        String id = queued();
        for (String wrong : new String[] {"", "nowhere", "os_glance_staging_store"}) {
            assertThat(upload(id, wrong).status()).as(wrong).isEqualTo(400);
        }
        assertThat(upload(id, "web").status()).isEqualTo(410);
        assertThat(api.stored(id).status()).isEqualTo(ImageStatus.QUEUED);
        assertThat(upload(id, "slow").status()).isEqualTo(204);
        assertThat(storesOf(id)).isEqualTo("slow");
        assertThat(api.stored(id).locations().getFirst().at().metadata()).isEqualTo(Map.of("store", "slow"));
    }

    @Test
    void theFirstVersionNamesItsStoreToo() {
        Headers headers = Headers.of("x-image-meta-disk_format", "raw")
                .with("x-image-meta-container_format", "bare")
                .with("Content-Type", "application/octet-stream");
        assertThat(api.call(RED, "POST", "/v1/images", headers.with("x-image-meta-store", "nowhere"), "abc")
                        .status())
                .isEqualTo(400);
        TestApi.Answer created = api.call(RED, "POST", "/v1/images", headers.with("x-image-meta-store", "slow"), "abc");
        assertThat(created.status()).as(created.text()).isEqualTo(201);
        assertThat(storesOf(created.json().path("image").path("id").stringValue()))
                .isEqualTo("slow");
    }

    @Test
    void theFirstVersionMayNameTheSchemeOfItsStoreForACopyToo() throws InterruptedException {
        Headers data = Headers.of("x-image-meta-disk_format", "raw")
                .with("x-image-meta-container_format", "bare")
                .with("Content-Type", "application/octet-stream");
        String source = api.call(RED, "POST", "/v1/images", data, "abc")
                .json()
                .path("image")
                .path("id")
                .stringValue();
        String place = api.stored(source).locations().getFirst().at().url();
        Headers copy = Headers.of("x-glance-api-copy-from", place);
        assertThat(api.call(RED, "POST", "/v1/images", copy.with("x-image-meta-store", "nowhere"), "")
                        .status())
                .isEqualTo(400);
        TestApi.Answer accepted = api.call(RED, "POST", "/v1/images", copy.with("x-image-meta-store", "memory"), "");
        assertThat(accepted.status()).as(accepted.text()).isEqualTo(201);
        String id = accepted.json().path("image").path("id").stringValue();
        for (int i = 0; i < 4000 && api.stored(id).status() != ImageStatus.ACTIVE; i++) {
            Thread.sleep(5);
        }
        assertThat(api.stored(id).status()).isEqualTo(ImageStatus.ACTIVE);
    }

    @Test
    void placesOfHigherWeightComeFirst() {
        try (ThreeStores weighted = new ThreeStores(true, 5, TestApi.DEFAULT_QUOTAS)) {
            String id = weighted.api.imageIn(ImageStatus.ACTIVE, Visibility.SHARED);
            String copy = ThreeStores.put(weighted.slow, id, "0123456789");
            TestApi.Answer added = weighted.api.patch(
                    RED,
                    path(id),
                    V21,
                    "[{\"op\":\"add\",\"path\":\"/locations/-\",\"value\":{\"url\":\"" + copy
                            + "\",\"metadata\":{}}}]");
            assertThat(added.json().path("stores").stringValue()).isEqualTo("slow,fast");
            assertThat(added.json().path("direct_url").stringValue()).isEqualTo(copy);
            assertThat(added.json().path("locations").path(0).path("url").stringValue())
                    .isEqualTo(copy);
        }
    }

    @Test
    void oneCopyIsRemoved() {
        String id = twice();
        assertThat(storesOf(id)).isEqualTo("fast,slow");
        assertThat(delete("nowhere", id)).isEqualTo(409);
        assertThat(delete("fast", "00000000-0000-4000-8000-000000000000")).isEqualTo(404);
        assertThat(api.call(RED, "DELETE", "/v2/stores/fast/" + id).status()).isEqualTo(403);
        assertThat(api.call(BLUE, "DELETE", "/v2/stores/fast/" + id).status()).isEqualTo(404);
        assertThat(delete("web", id)).isEqualTo(404);
        assertThat(delete("fast", id)).isEqualTo(204);
        assertThat(storesOf(id)).isEqualTo("slow");
        assertThat(api.call(RED, "GET", path(id) + "/file").text()).isEqualTo("0123456789");
        assertThat(delete("slow", id)).isEqualTo(403);
        assertThat(api.registry.journal().open()).isEmpty();
    }

    private int delete(String store, String id) {
        return api.call(ADMIN, "DELETE", "/v2/stores/" + store + "/" + id).status();
    }

    @Test
    void removedCopyLeavesNoBytesAndNoRecord() throws StoreException {
        String id = twice();
        StoreLocation gone = api.stored(id).locations().getFirst().at();
        assertThat(delete("fast", id)).isEqualTo(204);
        assertThat(stores.fast.delete(gone)).isFalse();
    }

    @Test
    void aCopyInUseStays() {
        String id = twice();
        stores.slow.mayRefuse = true;
        stores.slow.failure = new StoreException.InUse("cloned");
        assertThat(delete("slow", id)).isEqualTo(409);
        assertThat(api.call(RED, "DELETE", path(id)).status()).isEqualTo(409);
        assertThat(storesOf(id)).isEqualTo("fast,slow");
    }

    @Test
    void aDeadStoreDoesNotKeepItsCopy() {
        String id = twice();
        stores.slow.failure = new StoreException.Unavailable("gone", null);
        assertThat(delete("slow", id)).isEqualTo(204);
        assertThat(storesOf(id)).isEqualTo("fast");
        assertThat(api.registry.journal().open()).hasSize(1);
        stores.slow.failure = null;
        assertThat(api.recovery.round().settled()).isEqualTo(1);
    }

    @Test
    void onlyActiveImagesLoseACopy() {
        String id = twice();
        assertThat(api.call(ADMIN, "POST", path(id) + "/actions/deactivate").status())
                .isEqualTo(204);
        assertThat(delete("fast", id)).isEqualTo(409);
        JsonNode shown = api.call(RED, "GET", path(id)).json();
        assertThat(shown.has("stores")).isFalse();
        assertThat(shown.has("direct_url")).isFalse();
        assertThat(shown.path("locations")).isEmpty();
    }

    @Test
    void dataComesFromTheNextStoreWhenTheFirstDoesNotOpen() {
        String id = twice();
        stores.fast.failure = new StoreException.Unavailable("down", null);
        assertThat(api.call(RED, "GET", path(id) + "/file").text()).isEqualTo("0123456789");
        stores.slow.failure = new StoreException.NotFound("gone");
        assertThat(api.call(RED, "GET", path(id) + "/file").status()).isEqualTo(503);
        stores.fast.failure = new StoreException.NotFound("gone");
        assertThat(api.call(RED, "GET", path(id) + "/file").status()).isEqualTo(204);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 5, 9})
    void dataGoesOnFromTheNextStoreWhereTheFirstBreaksOff(int sent) {
        String id = twice();
        stores.fast.breaksAfter = sent;
        assertThat(api.call(RED, "GET", path(id) + "/file").text()).isEqualTo("0123456789");
        TestApi.Answer part = api.call(RED, "GET", path(id) + "/file", Headers.of("Range", "bytes=2-7"), "");
        assertThat(part.status()).isEqualTo(206);
        assertThat(part.text()).isEqualTo("234567");
    }

    @Test
    void dataOfAnotherSizeIsNotGoneOnWith() throws StoreException {
        String id = twice();
        StoreLocation second = api.stored(id).locations().get(1).at();
        assertThat(stores.slow.delete(second)).isTrue();
        ThreeStores.put(stores.slow, id, "0123456789ABC");
        stores.fast.breaksAfter = 4;
        assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> api.call(RED, "GET", path(id) + "/file")))
                .hasMessageContaining("the store went away");
    }

    @Test
    void aPreferredStoreIsReadFirst() {
        String id = twice();
        stores.fast.whileReading = () -> {
            throw new IllegalStateException("not this one");
        };
        assertThat(api.call(RED, "GET", path(id) + "/file?prefer=slow").text()).isEqualTo("0123456789");
        assertThat(api.call(RED, "GET", path(id) + "/file?prefer=,%20slow%20,").text())
                .isEqualTo("0123456789");
        assertThat(api.call(RED, "GET", path(id) + "/file?prefer=slow,nowhere").status())
                .isEqualTo(400);
        stores.fast.whileReading = () -> {};
        assertThat(api.call(RED, "GET", path(id) + "/file?prefer=").status()).isEqualTo(200);
        assertThat(api.call(RED, "GET", path(id) + "/file?prefer=web").text()).isEqualTo("0123456789");
        assertThat(api.call(BLUE, "GET", path(id) + "/file?prefer=nowhere").status())
                .isEqualTo(404);
    }

    @Test
    void locationsOfOldReleasesAreLabelledWhenTheyAreRead() {
        String id = twice();
        ImageLocation first = api.stored(id).locations().getFirst();
        api.registry
                .images()
                .update(
                        new ImageId(id),
                        ImageChange.builder()
                                .setLocation(
                                        first.id(),
                                        new StoreLocation(first.at().url(), Map.of("backend", "fast", "rack", "7")))
                                .build(),
                        Guard.always());
        assertThat(storesOf(id)).isEqualTo("fast,slow");
        ImageLocation labelled = api.stored(id).locations().getFirst();
        assertThat(labelled.id()).isEqualTo(first.id());
        assertThat(labelled.at().metadata()).isEqualTo(Map.of("store", "fast", "rack", "7"));
    }

    @Test
    void oneStoreHasNoneOfThis() {
        try (TestApi single = new TestApi()) {
            String id = single.imageIn(ImageStatus.ACTIVE, Visibility.SHARED);
            assertThat(single.call(RED, "GET", "/v2/info/stores").status()).isEqualTo(404);
            assertThat(single.call(RED, "GET", "/v2/info/stores/detail").status())
                    .isEqualTo(404);
            assertThat(single.call(ADMIN, "DELETE", "/v2/stores/memory/" + id).status())
                    .isEqualTo(404);
            assertThat(single.call(RED, "GET", path(id) + "/file?prefer=memory").status())
                    .isEqualTo(400);
            assertThat(single.call(RED, "GET", path(id)).json().has("stores")).isFalse();
            assertThat(single.call(RED, "POST", "/v2/images", "{\"name\":\"x\"}")
                            .header("OpenStack-image-store-ids"))
                    .isEqualTo("null");
        }
    }
}
