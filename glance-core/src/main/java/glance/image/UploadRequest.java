package glance.image;

import glance.store.StoreId;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What an upload says beside the data.
 *
 * @param declaredSize bytes that will come; absent when the client does not know
 * @param store the wished store; empty means the default one
 * @param declaredChecksum MD5 the data must have, in hex of either case
 * @param afterFailure what the image becomes when the data did not arrive: queued, so that it can be sent again, or killed
 */
public record UploadRequest(
        OptionalLong declaredSize,
        Optional<StoreId> store,
        Optional<String> declaredChecksum,
        ImageStatus afterFailure) {
    public UploadRequest {
        if (afterFailure != ImageStatus.QUEUED && afterFailure != ImageStatus.KILLED) {
            throw new IllegalArgumentException("after a failure no image becomes " + afterFailure);
        }
    }

    /** An upload that can be tried again. */
    public UploadRequest(OptionalLong declaredSize, Optional<StoreId> store, Optional<String> declaredChecksum) {
        this(declaredSize, store, declaredChecksum, ImageStatus.QUEUED);
    }

    /** An upload that can be tried again, whose client names no checksum. */
    public UploadRequest(OptionalLong declaredSize, Optional<StoreId> store) {
        this(declaredSize, store, Optional.empty());
    }
}
