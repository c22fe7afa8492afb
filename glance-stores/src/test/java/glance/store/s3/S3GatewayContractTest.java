package glance.store.s3;

import glance.testkit.store.ObjectServer;

/** The S3 store keeps the port's promises on Ceph's RADOS gateway. */
class S3GatewayContractTest extends S3Contract {
    S3GatewayContractTest() {
        super(ObjectServer.Kind.GATEWAY, "s3_store_large_object_size = 0");
    }
}
