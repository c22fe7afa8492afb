package glance.store.file;

import glance.store.Store;
import glance.testkit.store.StorePartsContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

class FileStoreContractTest {
    private static final int CHUNK = 65_536;

    abstract static class OnADisk implements StorePartsContract {
        @TempDir
        private Path directory;

        private final boolean thin;
        private FileStore store;

        @SuppressWarnings("NullAway.Init") // opened before each test
        OnADisk(boolean thin) {
            this.thin = thin;
        }

        @BeforeEach
        void open() {
            FileStoreConfig whole = TestStores.config(directory);
            store = TestStores.of(
                    new FileStoreConfig(whole.directories(), List.of(), Set.of(), CHUNK, thin),
                    TestStores.environment(FileLayer.SYSTEM, glance.fault.FailPoints.INERT));
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
            return CHUNK;
        }

        @Override
        public Set<String> contents() throws IOException {
            Set<String> names = new TreeSet<>();
            try (Stream<Path> files = Files.walk(directory)) {
                files.filter(Files::isRegularFile).forEach(file -> names.add(file.toString()));
            }
            return names;
        }
    }

    @Nested
    class WithEveryByte extends OnADisk {
        WithEveryByte() {
            super(false);
        }
    }

    @Nested
    class WithHolesForZeros extends OnADisk {
        WithHolesForZeros() {
            super(true);
        }
    }
}
