package glance.store.file;

import glance.fault.FailPoints;
import glance.store.StoreId;
import glance.store.file.FileStoreConfig.Datadir;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;

/** File stores as tests want them. */
final class TestStores {
    private TestStores() {}

    static FileStore in(Path directory) {
        return on(directory, FileLayer.SYSTEM);
    }

    static FileStore on(Path directory, FileLayer disk) {
        return of(config(directory), environment(disk, FailPoints.INERT));
    }

    static FileStore of(FileStoreConfig config, FileStoreDriver.Environment environment) {
        return new FileStore(new StoreId("file"), config, FileStore.ALL, environment);
    }

    static FileStoreConfig config(Path directory) {
        return new FileStoreConfig(List.of(new Datadir(directory, 0)), List.of(), Set.of(), 65_536, false);
    }

    static FileStoreDriver.Environment environment(FileLayer disk, FailPoints failPoints) {
        return new FileStoreDriver.Environment("worker-1", InstantSource.system(), failPoints, disk);
    }
}
