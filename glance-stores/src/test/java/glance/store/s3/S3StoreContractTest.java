package glance.store.s3;

import glance.testkit.store.ObjectServer;
import org.junit.jupiter.api.Nested;

/** The S3 store keeps the port's promises on a real server, with objects in one piece and in parts. */
class S3StoreContractTest {
    @Nested
    class InParts extends S3Contract {
        InParts() {
            super(ObjectServer.Kind.SWIFT, "s3_store_large_object_size = 0");
        }
    }

    @Nested
    class InOnePieceWhenTheSizeIsKnown extends S3Contract {
        InOnePieceWhenTheSizeIsKnown() {
            super(ObjectServer.Kind.SWIFT);
        }
    }
}
