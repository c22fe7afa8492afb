package glance.image;

import glance.error.GlanceException;
import glance.store.StoreLocation;
import glance.store.Stores;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the locations that older releases recorded up to date, image by image as they are read ({@link Stores#current}).
 * A write that does not succeed is left to the next reader.
 */
final class LocationUpkeep {
    private static final Logger LOG = LoggerFactory.getLogger(LocationUpkeep.class);

    private final ImageRepository images;
    private final Stores stores;

    LocationUpkeep(ImageRepository images, Stores stores) {
        this.images = images;
        this.stores = stores;
    }

    /** The image with locations as they are recorded today, here and in the registry. */
    Image refreshed(Image image) {
        List<ImageLocation> current = new ArrayList<>();
        ImageChange.Builder change = ImageChange.builder();
        for (ImageLocation location : image.locations()) {
            StoreLocation at = stores.current(location.at());
            current.add(new ImageLocation(location.id(), at, location.status()));
            if (!at.equals(location.at())) {
                change.setLocation(location.id(), at);
            }
        }
        ImageChange whole = change.build();
        if (whole.isEmpty()) {
            return image;
        }
        try {
            Image after = images.update(image.id(), whole, new Guard.LocationsAre(image.locations()));
            LOG.info(
                    "locations brought up to date image={} count={}",
                    image.id(),
                    whole.setLocations().size());
            return after;
        } catch (GlanceException.Conflict | GlanceException.NotFound | GlanceException.Unavailable left) {
            LOG.debug("locations not brought up to date image={} cause={}", image.id(), left.getMessage());
            return image.with(image.tags(), image.properties(), current);
        }
    }
}
