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
 */
public record UploadRequest(OptionalLong declaredSize, Optional<StoreId> store, Optional<String> declaredChecksum) {
    /** An upload whose client names no checksum. */
    public UploadRequest(OptionalLong declaredSize, Optional<StoreId> store) {
        this(declaredSize, store, Optional.empty());
    }
}
