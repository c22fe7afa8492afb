package glance.store.swift;

import glance.store.Store;
import glance.testkit.store.ObjectServer;
import glance.testkit.store.StoreContract;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;

/** The Swift store keeps the port's promises on a real server, with objects in one piece and in segments. */
class SwiftStoreContractTest {
    abstract static class OnARealServer implements StoreContract {
        private final String[] options;
        private SwiftStore store = SwiftStores.fresh(ObjectServer.shared());

        OnARealServer(String... options) {
            this.options = options;
        }

        @BeforeEach
        void open() {
            store.close();
            store = SwiftStores.fresh(ObjectServer.shared(), options);
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

    @Nested
    class InOnePiece extends OnARealServer {}

    @Nested
    class InSmallSegmentsSentTogether extends OnARealServer {
        InSmallSegmentsSentTogether() {
            super("swift_store_large_object_size = 1", "swift_store_large_object_chunk_size = 1");
        }
    }

    @Nested
    class InLargeSegmentsStreamed extends OnARealServer {
        InLargeSegmentsStreamed() {
            super("swift_store_large_object_size = 1", "swift_store_large_object_chunk_size = 40");
        }
    }

    @Nested
    class WithAnApplicationCredentialAndManyContainers extends OnARealServer {
        WithAnApplicationCredentialAndManyContainers() {
            super(
                    "swift_store_application_credential_id = testappcred",
                    "swift_store_application_credential_secret = testappsecret",
                    "swift_store_multiple_containers_seed = 3");
        }
    }
}
