package glance.store.s3;

import glance.store.Store;
import glance.store.StoreException;
import glance.testkit.store.ObjectServer;
import glance.testkit.store.StorePartsContract;
import java.io.IOException;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** The S3 store keeps the port's promises on a server, with the smallest parts that servers take. */
abstract class S3Contract implements StorePartsContract {
    private final ObjectServer server;
    private final String bucket;
    private final String[] options;
    private S3Store store;

    S3Contract(ObjectServer.Kind kind, String... options) {
        this.server = ObjectServer.shared(kind);
        this.bucket = server.freshName();
        this.options = options;
        this.store = S3Stores.open(server, bucket, options);
    }

    @BeforeEach
    void open() {
        store.close();
        store = S3Stores.open(server, bucket, options);
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
        return 5 << 20;
    }

    @Override
    public Set<String> contents() throws IOException {
        Set<String> names = new TreeSet<>();
        try {
            store.visitAll(stored -> names.add(stored.name()));
        } catch (StoreException.NotFound noBucketYet) {
            return names;
        }
        S3Stores.unfinished(server, bucket).forEach(upload -> names.add(upload.key() + " in parts"));
        return names;
    }
}
