package glance.store.rbd;

import glance.store.Store;
import glance.testkit.ceph.Ceph;
import glance.testkit.store.StoreContract;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

class RbdStoreContractTest implements StoreContract {
    private RbdStore store;

    @BeforeEach
    void open() {
        store = TestRbd.open(Ceph.shared());
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Override
    public Store store() {
        return store;
    }
}
