package glance.store.rbd;

import glance.store.Store;
import glance.testkit.ceph.Ceph;
import glance.testkit.store.StorePartsContract;
import java.io.IOException;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

class RbdStoreContractTest implements StorePartsContract {
    private final Ceph ceph = Ceph.shared();
    private RbdStore store;

    @SuppressWarnings("NullAway.Init") // opened before each test
    RbdStoreContractTest() {}

    @BeforeEach
    void open() {
        store = TestRbd.open(ceph);
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Override
    public Store store() {
        return store;
    }

    @Override
    public int partBytes() {
        return 8 << 20;
    }

    @Override
    public Set<String> contents() throws IOException {
        Set<String> names = new TreeSet<>(ceph.rbd("ls", ceph.pool()));
        ceph.rbd("trash", "ls", "--all", ceph.pool()).forEach(entry -> names.add("trash: " + entry));
        return names;
    }
}
