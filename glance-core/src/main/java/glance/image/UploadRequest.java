package glance.image;

import glance.store.StoreId;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What an upload says beside the data.
 *
 * @param declaredSize bytes that will come; absent when the client does not know
 * @param store the wished store; empty means the default one
 */
public record UploadRequest(OptionalLong declaredSize, Optional<StoreId> store) {}
