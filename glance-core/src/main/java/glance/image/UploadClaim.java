package glance.image;

import glance.store.Store;
import java.util.List;

/**
 * What an upload holds once its image is {@code saving}.
 *
 * @param intents its open journal entries
 * @param afterFailure what the image becomes without data
 */
record UploadClaim(Image image, Store store, List<DataIntent> intents, ImageStatus afterFailure) {
    UploadClaim {
        intents = List.copyOf(intents);
    }

    ImageId id() {
        return image.id();
    }
}
