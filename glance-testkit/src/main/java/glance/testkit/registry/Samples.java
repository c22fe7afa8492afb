package glance.testkit.registry;

import glance.image.Image;
import glance.image.ImageId;
import glance.image.ImageStatus;
import glance.image.Visibility;
import glance.store.StoreLocation;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Images to begin a test with. */
public final class Samples {
    /** Owner of {@link #queued}. */
    public static final String OWNER = "project-a";

    private Samples() {}

    public static ImageId id() {
        return new ImageId(UUID.randomUUID().toString());
    }

    /** A shared, queued image named "sample" of {@link #OWNER}, both formats set, without tags and properties. */
    public static Image queued(ImageId id, Instant at) {
        return image(id, at, "sample", OWNER, Visibility.SHARED);
    }

    public static Image image(
            ImageId id, Instant at, @Nullable String name, @Nullable String owner, Visibility visibility) {
        return new Image(
                id,
                name,
                ImageStatus.QUEUED,
                visibility,
                false,
                false,
                owner,
                "raw",
                "bare",
                0,
                0,
                null,
                null,
                null,
                null,
                null,
                at,
                at,
                new LinkedHashSet<>(),
                new LinkedHashMap<>(),
                List.of());
    }

    /** Where a file store would put the image's data. */
    public static StoreLocation location(ImageId id) {
        return new StoreLocation("file:///images/" + id, Map.of("store", "file"));
    }
}
