package glance.store.s3;

import glance.config.Configuration;
import glance.store.StoreId;
import glance.store.remote.PartBudget;
import glance.testkit.store.ObjectServer;
import java.time.InstantSource;

/** S3 stores as tests want them. */
final class S3Stores {
    static final PartBudget BUDGET = new PartBudget(128 << 20);

    private S3Stores() {}

    /** A store in a bucket of its own, which it makes when needed. */
    static S3Store fresh(ObjectServer server, String... more) {
        return open(server, server.freshName(), more);
    }

    static S3Store open(ObjectServer server, String bucket, String... more) {
        return at(server.fact("S3_URL"), server, bucket, more);
    }

    static S3Store at(String url, ObjectServer server, String bucket, String... more) {
        String text = """
                [glance_store]
                s3_store_host = %s
                s3_store_access_key = %s
                s3_store_secret_key = %s
                s3_store_bucket = %s
                s3_store_create_bucket_on_put = true
                s3_store_large_object_chunk_size = 5
                %s
                """.formatted(
                url, server.fact("S3_ACCESS_KEY"), server.fact("S3_SECRET_KEY"), bucket, String.join("\n", more));
        return (S3Store) new S3Driver(BUDGET, InstantSource.system())
                .open(new StoreId("s3"), Configuration.ofText(text).section("glance_store"));
    }
}
