package glance.store.s3;

import glance.config.Configuration;
import glance.http.client.TlsConfig;
import glance.store.StoreId;
import glance.store.remote.PartBudget;
import glance.store.remote.Retry;
import glance.store.remote.StoreHttp;
import glance.testkit.store.ObjectServer;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

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
        return (S3Store) new S3Driver(BUDGET, InstantSource.system())
                .open(
                        new StoreId("s3"),
                        Configuration.ofText(text(url, server, bucket, more)).section("glance_store"));
    }

    /** As {@code driver} makes it. */
    static S3Store driven(S3Driver driver, String url, ObjectServer server, String bucket, String... more) {
        return (S3Store) driver.open(
                new StoreId("s3"),
                Configuration.ofText(text(url, server, bucket, more)).section("glance_store"));
    }

    private static String text(String url, ObjectServer server, String bucket, String... more) {
        return """
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
    }

    /** The uploads in parts that the server knows of in a bucket. */
    static List<S3Client.Unfinished> unfinished(ObjectServer server, String bucket) throws IOException {
        return unfinished(server, bucket, 1000);
    }

    /** The same in pages of another size. */
    static List<S3Client.Unfinished> unfinished(ObjectServer server, String bucket, int page) throws IOException {
        S3Config config = S3Config.from(Configuration.ofText(text(server.fact("S3_URL"), server, bucket))
                .section("glance_store"));
        TlsConfig tls = new TlsConfig(Optional.empty(), Optional.empty(), Optional.empty(), true);
        StoreHttp.Limits limits = new StoreHttp.Limits(Duration.ofSeconds(10), Duration.ofSeconds(30), 2);
        try (StoreHttp http = new StoreHttp(limits, tls)) {
            return new S3Client(config, http, Retry.USUAL)
                    .unfinished(new S3Client.Target(bucket, "", Optional.empty()), "", page);
        }
    }

    /** Waits until the server knows of one. */
    static void awaitUnfinished(ObjectServer server, String bucket) throws IOException {
        long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (unfinished(server, bucket).isEmpty()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("no upload in parts has begun in bucket " + bucket);
            }
        }
    }
}
