package glance.store.s3;

import glance.testkit.store.ObjectServer;

/** The S3 store keeps the port's promises on S3Proxy. */
class S3ProxyContractTest extends S3Contract {
    S3ProxyContractTest() {
        super(ObjectServer.Kind.S3PROXY, "s3_store_large_object_size = 0");
    }
}
