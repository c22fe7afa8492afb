package glance.testkit.store;

import glance.store.Store;
import glance.store.StoreId;

class MemoryStoreTest implements StoreContract {
    private final Store store = new MemoryStore(new StoreId("memory"));

    @Override
    public Store store() {
        return store;
    }
}
