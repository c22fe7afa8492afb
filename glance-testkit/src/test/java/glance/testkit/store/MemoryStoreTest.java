package glance.testkit.store;

import glance.store.Store;
import glance.store.StoreId;
import java.util.Set;
import java.util.TreeSet;

class MemoryStoreTest implements StorePartsContract {
    private final MemoryStore store = new MemoryStore(new StoreId("memory"));

    @Override
    public Store store() {
        return store;
    }

    @Override
    public int partBytes() {
        return 1000;
    }

    @Override
    public Set<String> contents() {
        Set<String> contents = new TreeSet<>(store.urls());
        if (store.writes() > 0) {
            contents.add(store.writes() + " being written");
        }
        return contents;
    }
}
