package glance.api.v2;

import static glance.api.v2.TestApi.ADMIN;
import static glance.api.v2.TestApi.RED;
import static glance.api.v2.TestApi.V21;
import static org.assertj.core.api.Assertions.assertThat;

import glance.http.Headers;
import glance.image.DeleteConfig;
import glance.image.Image;
import glance.image.ImageId;
import glance.image.ImageStatus;
import glance.image.Scope;
import glance.image.Visibility;
import glance.store.StoreException;
import glance.store.StoreLocation;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** {@code delayed_delete}: deleting leaves the data to the scrubber. */
class DelayedDeleteWireTest {
    private final ThreeStores stores = new ThreeStores(true, 0, TestApi.DEFAULT_QUOTAS, new DeleteConfig(true));
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

    private String active() {
        String id = queued();
        Headers headers = Headers.of("Content-Type", "application/octet-stream");
        assertThat(api.call(RED, "PUT", path(id) + "/file", headers, "0123456789")
                        .status())
                .isEqualTo(204);
        return id;
    }

    private String twice() {
        String id = active();
        String url = ThreeStores.put(stores.slow, id, "0123456789");
        String edit =
                "[{\"op\":\"add\",\"path\":\"/locations/-\",\"value\":{\"url\":\"" + url + "\",\"metadata\":{}}}]";
        assertThat(api.patch(RED, path(id), V21, edit).status()).isEqualTo(200);
        return id;
    }

    private Image ever(String id) {
        return api.registry.images().getEver(new ImageId(id), Scope.EVERYTHING);
    }

    private void assertDataIsThere(StoreLocation at) throws StoreException {
        assertThat(stores.fast.size(at)).isEqualTo(10);
    }

    @Test
    void aDeletedImageIsGoneAndItsDataStays() throws StoreException {
        String id = active();
        StoreLocation at = api.stored(id).locations().getFirst().at();
        assertThat(api.call(RED, "DELETE", path(id)).status()).isEqualTo(204);
        assertThat(api.call(RED, "GET", path(id)).status()).isEqualTo(404);
        assertThat(api.call(ADMIN, "GET", path(id) + "/file").status()).isEqualTo(404);
        assertThat(api.call(RED, "DELETE", path(id)).status()).isEqualTo(404);
        assertThat(ever(id).status()).isEqualTo(ImageStatus.PENDING_DELETE);
        assertThat(api.registry.journal().open()).isEmpty();
        assertDataIsThere(at);
    }

    @Test
    void aDeactivatedOneTooAndOneWithoutDataIsDeletedForGood() {
        String id = active();
        assertThat(api.call(ADMIN, "POST", path(id) + "/actions/deactivate").status())
                .isEqualTo(204);
        assertThat(api.call(ADMIN, "DELETE", path(id)).status()).isEqualTo(204);
        assertThat(ever(id).status()).isEqualTo(ImageStatus.PENDING_DELETE);
        String empty = queued();
        assertThat(api.call(RED, "DELETE", path(empty)).status()).isEqualTo(204);
        assertThat(ever(empty).status()).isEqualTo(ImageStatus.DELETED);
    }

    @Test
    void dataInUseIsTheScrubbersBusiness() {
        String id = twice();
        stores.slow.mayRefuse = true;
        stores.slow.failure = new StoreException.InUse("cloned");
        assertThat(api.call(RED, "DELETE", path(id)).status()).isEqualTo(204);
    }

    @Test
    void aLocationThatIsGivenUpKeepsItsDataToo() throws StoreException {
        String byPatch = twice();
        StoreLocation first = api.stored(byPatch).locations().getFirst().at();
        assertThat(api.patch(ADMIN, path(byPatch), V21, "[{\"op\":\"remove\",\"path\":\"/locations/0\"}]")
                        .status())
                .isEqualTo(200);
        assertDataIsThere(first);

        String byStore = twice();
        StoreLocation fast = api.stored(byStore).locations().getFirst().at();
        assertThat(api.call(ADMIN, "DELETE", "/v2/stores/fast/" + byStore).status())
                .isEqualTo(204);
        assertDataIsThere(fast);
        assertThat(api.stored(byStore).locations()).hasSize(1);
        assertThat(api.registry.journal().open()).isEmpty();
    }

    @Test
    void theFirstVersionLeavesDataToo() throws StoreException {
        String id = active();
        StoreLocation at = api.stored(id).locations().getFirst().at();
        assertThat(api.call(RED, "DELETE", "/v1/images/" + id).status()).isEqualTo(200);
        assertThat(api.call(RED, "HEAD", "/v1/images/" + id).status()).isEqualTo(404);
        assertThat(api.call(ADMIN, "DELETE", "/v1/images/" + id).status()).isEqualTo(403);
        assertThat(ever(id).status()).isEqualTo(ImageStatus.PENDING_DELETE);
        assertDataIsThere(at);
    }
}
