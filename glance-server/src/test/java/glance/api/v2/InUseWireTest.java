package glance.api.v2;

import static glance.api.v2.TestApi.RED;
import static org.assertj.core.api.Assertions.assertThat;

import glance.image.ImageStatus;
import glance.image.Visibility;
import glance.store.StoreException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Deleting images whose data something else is made of, in both versions of the API. */
class InUseWireTest {
    private final TestApi api = new TestApi();

    @AfterEach
    void close() {
        api.close();
    }

    private String active() {
        return api.imageIn(ImageStatus.ACTIVE, Visibility.PRIVATE);
    }

    private int delete(String version, String id) {
        return api.call(RED, "DELETE", "/" + version + "/images/" + id).status();
    }

    @ParameterizedTest
    @ValueSource(strings = {"v1", "v2"})
    void anImageInUseIsNotDeletedAndStaysWhole(String version) {
        String id = active();
        api.unreliable.refusal = new StoreException.InUse("a clone");
        assertThat(delete(version, id)).isEqualTo(409);
        assertThat(api.stored(id).status()).isEqualTo(ImageStatus.ACTIVE);
        assertThat(api.call(RED, "GET", "/" + version + "/images/" + id).status())
                .isEqualTo(200);
        assertThat(api.call(RED, "GET", "/v2/images/" + id + "/file").text()).isEqualTo("0123456789");
        assertThat(api.registry.journal().open()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"v1", "v2"})
    void onceNothingUsesItAnImageIsDeleted(String version) {
        String id = active();
        api.unreliable.refusal = new StoreException.InUse("a clone");
        assertThat(delete(version, id)).isEqualTo(409);
        api.unreliable.refusal = null;
        assertThat(delete(version, id)).isEqualTo(version.equals("v1") ? 200 : 204);
        assertThat(api.store.urls()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"v1", "v2"})
    void aStoreThatCannotTellKeepsTheImage(String version) {
        String id = active();
        api.unreliable.refusal = new StoreException.Unavailable("no answer", null);
        assertThat(delete(version, id)).isEqualTo(503);
        assertThat(api.stored(id).status()).isEqualTo(ImageStatus.ACTIVE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"v1", "v2"})
    void aProtectedImageIsNotReclaimed(String version) {
        String id = active();
        assertThat(api.patch(
                                RED,
                                "/v2/images/" + id,
                                TestApi.V21,
                                "[{\"op\":\"replace\",\"path\":\"/protected\",\"value\":true}]")
                        .status())
                .isEqualTo(200);
        assertThat(delete(version, id)).isEqualTo(403);
        assertThat(api.unreliable.reclaimed).isEmpty();
    }
}
