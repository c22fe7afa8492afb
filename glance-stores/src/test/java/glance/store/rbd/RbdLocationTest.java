package glance.store.rbd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import glance.store.StoreException;
import glance.store.StoreLocation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RbdLocationTest {
    @Test
    void everyPartIsEncodedAndNothingExempt() throws StoreException {
        RbdLocation odd = new RbdLocation("f-1", "po ol/x", "a+b*c~d_e.f%ü", "snap");
        StoreLocation written = odd.location();
        assertThat(written.url()).isEqualTo("rbd://f-1/po%20ol%2Fx/a%2Bb%2Ac~d_e.f%25%C3%BC/snap");
        assertThat(RbdLocation.parse(written, "images")).isEqualTo(odd);
    }

    @Test
    void theOldFormIsInTheStoresPool() throws StoreException {
        StoreLocation old = StoreLocation.of("rbd://image-1");
        assertThat(RbdLocation.parse(old, "vms")).isEqualTo(new RbdLocation(null, "vms", "image-1", null));
        assertThat(RbdLocation.parse(old, "vms").location()).isEqualTo(old);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rbd://",
                "rbd://a/b",
                "rbd://a/b/c",
                "rbd://a/b/c/d/e",
                "rbd://a//c/d",
                "file:///a",
                "rbd://a/b/c%00/d"
            })
    void nothingIsAtAUrlOfAnotherForm(String url) {
        assertThatThrownBy(() -> RbdLocation.parse(StoreLocation.of(url), "images"))
                .isInstanceOf(StoreException.NotFound.class);
    }
}
