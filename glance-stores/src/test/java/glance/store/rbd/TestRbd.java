package glance.store.rbd;

import glance.store.StoreId;
import glance.store.remote.PartBudget;
import glance.testkit.ceph.Ceph;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** RBD stores for tests. */
final class TestRbd {
    private static final PartBudget BUDGET = new PartBudget(64 << 20);

    private TestRbd() {}

    static RbdStoreConfig config(Ceph ceph) {
        return config(ceph.configuration(), ceph.user());
    }

    static RbdStoreConfig config(Path configuration, @Nullable String user) {
        return new RbdStoreConfig(
                "images", user, configuration.toString(), 23, false, OptionalLong.empty(), Duration.ofSeconds(20));
    }

    static RbdStoreConfig with(RbdStoreConfig config, int order, boolean thin, Duration callTimeout) {
        return new RbdStoreConfig(
                config.pool(),
                config.user(),
                config.cephConfiguration(),
                order,
                thin,
                config.connectTimeout(),
                callTimeout);
    }

    static RbdStore open(RbdStoreConfig config) {
        return new RbdStore(new StoreId("rbd"), config, BUDGET, "test", InstantSource.system());
    }

    static RbdStore open(Ceph ceph) {
        return open(config(ceph));
    }

    /** Nothing is on its way any more. */
    static boolean allMemoryIsFree() {
        return BUDGET.freeBytes() == 64 << 20;
    }
}
