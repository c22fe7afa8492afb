package glance.store.rbd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import glance.config.ConfigException;
import glance.config.Configuration;
import java.time.Duration;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RbdStoreConfigTest {
    private static RbdStoreConfig read(String lines) {
        return RbdStoreConfig.from(
                Configuration.ofText("[glance_store]\n" + lines).section("glance_store"));
    }

    @Test
    void defaultsAreTheReferencesButForTheUser() {
        assertThat(read(""))
                .isEqualTo(new RbdStoreConfig(
                        "images", null, null, 23, false, OptionalLong.empty(), Duration.ofSeconds(30)));
    }

    @Test
    void everyOptionIsRead() {
        assertThat(read("""
                        rbd_store_pool = vms
                        rbd_store_user = glance
                        rbd_store_ceph_conf = /etc/ceph/other.conf
                        rbd_store_chunk_size = 4
                        rados_connect_timeout = 0
                        rbd_thin_provisioning = true
                        rbd_store_call_timeout = 7
                        """))
                .isEqualTo(new RbdStoreConfig(
                        "vms", "glance", "/etc/ceph/other.conf", 22, true, OptionalLong.of(0), Duration.ofSeconds(7)));
    }

    @Test
    void anEmptyUserIsNone() {
        assertThat(read("rbd_store_user =\nrbd_store_ceph_conf =\n")).isEqualTo(read(""));
    }

    @ParameterizedTest
    @CsvSource({"1, 20", "2, 21", "3, 21", "5, 22", "8, 23", "31, 24", "32, 25"})
    void objectsHaveAPowerOfTwo(int mib, int order) {
        assertThat(read("rbd_store_chunk_size = " + mib).order()).isEqualTo(order);
    }

    @ParameterizedTest
    @CsvSource({"rbd_store_chunk_size, 0", "rbd_store_chunk_size, 33", "rbd_store_call_timeout, 0"})
    void whatCephCannotDoIsRefused(String option, String value) {
        assertThatThrownBy(() -> read(option + " = " + value))
                .isInstanceOf(ConfigException.class)
                .hasMessageContainingAll(option, value);
    }
}
