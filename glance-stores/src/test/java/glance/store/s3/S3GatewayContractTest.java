package glance.store.s3;

import glance.store.Store;
import glance.testkit.store.ObjectServer;
import glance.testkit.store.StoreContract;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** The S3 store keeps the port's promises on Ceph's RADOS gateway. */
class S3GatewayContractTest implements StoreContract {
    private S3Store store;

    @BeforeEach
    void open() {
        store = S3Stores.fresh(ObjectServer.shared(ObjectServer.Kind.GATEWAY));
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
