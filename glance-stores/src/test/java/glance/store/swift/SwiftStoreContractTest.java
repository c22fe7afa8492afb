package glance.store.swift;

import glance.store.Store;
import glance.store.remote.PartBudget;
import glance.testkit.store.ObjectServer;
import glance.testkit.store.StoreContract;
import glance.testkit.store.StorePartsContract;
import java.io.IOException;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;

/** The Swift store keeps the port's promises on a real server, with objects in one piece and in segments. */
class SwiftStoreContractTest {
    private static final int SEGMENT = 1_024_000;

    abstract static class OnARealServer implements StoreContract {
        private final ObjectServer server = ObjectServer.shared();
        private final String container = server.freshName();
        private final PartBudget budget;
        private final String[] options;
        private SwiftStore store;

        OnARealServer(PartBudget budget, String... options) {
            this.budget = budget;
            this.options = options;
            this.store = SwiftStores.sharing(budget, server, container, options);
        }

        @BeforeEach
        void open() {
            store.close();
            store = SwiftStores.sharing(budget, server, container, options);
        }

        @AfterEach
        void close() {
            store.close();
        }

        @Override
        public Store store() {
            return store;
        }

        Set<String> names() throws IOException {
            Set<String> names = new TreeSet<>();
            store.listed().forEach(one -> names.add(one.name()));
            return names;
        }
    }

    abstract static class InParts extends OnARealServer implements StorePartsContract {
        InParts(PartBudget budget, String... options) {
            super(budget, options);
        }

        @Override
        public int partBytes() {
            return SEGMENT;
        }

        @Override
        public Set<String> contents() throws IOException {
            return names();
        }
    }

    @Nested
    class InOnePiece extends InParts {
        InOnePiece() {
            super(SwiftStores.BUDGET);
        }
    }

    @Nested
    class InSmallSegmentsSentTogether extends InParts {
        InSmallSegmentsSentTogether() {
            super(SwiftStores.BUDGET, "swift_store_large_object_size = 1", "swift_store_large_object_chunk_size = 1");
        }
    }

    /** There is not the memory for them. */
    @Nested
    class InLargeSegmentsStreamed extends InParts {
        InLargeSegmentsStreamed() {
            super(
                    new PartBudget(2 * SEGMENT),
                    "swift_store_large_object_size = 1",
                    "swift_store_large_object_chunk_size = 1");
        }
    }

    @Nested
    class WithAnApplicationCredentialAndManyContainers extends OnARealServer {
        WithAnApplicationCredentialAndManyContainers() {
            super(
                    SwiftStores.BUDGET,
                    "swift_store_application_credential_id = testappcred",
                    "swift_store_application_credential_secret = testappsecret",
                    "swift_store_multiple_containers_seed = 3");
        }
    }
}
