package glance.store.file;

import glance.store.Store;
import glance.testkit.store.StoreContract;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

class FileStoreContractTest implements StoreContract {
    @TempDir
    Path directory;

    private FileStore store;

    @BeforeEach
    void open() {
        store = TestStores.in(directory);
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
