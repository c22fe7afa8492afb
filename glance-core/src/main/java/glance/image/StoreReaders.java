package glance.image;

import glance.auth.Caller;
import glance.error.GlanceException;
import glance.store.Readers;
import glance.store.StoreException;
import glance.store.Stores;
import glance.store.TenantStore;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps who may read image data in step with who sees the image, in stores where that is the storage's own decision ({@link
 * TenantStore}). Told after the record has changed: until the store follows, a new member cannot read yet and a former one
 * still can.
 */
public final class StoreReaders {
    private static final Logger LOG = LoggerFactory.getLogger(StoreReaders.class);

    /** Changes that overtake each other end with the last one written; more than so many in a row are left to the next. */
    private static final int ATTEMPTS = 3;

    private final ImageRepository images;
    private final MemberRepository members;
    private final Stores stores;

    public StoreReaders(Registry registry, Stores stores) {
        this.images = registry.images();
        this.members = registry.members();
        this.stores = stores;
    }

    /**
     * Lets the stores know of a change to the image or its members, which is recorded already.
     *
     * @throws GlanceException.Unavailable when a store does not follow; every further change of the image tries again
     */
    void follow(Caller caller, ImageId id) {
        if (stores.serviceTypes().isEmpty()) {
            return;
        }
        try {
            Image image = images.get(id, Scope.EVERYTHING);
            Readers readers = readers(image);
            for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
                share(caller, image, readers);
                // Somebody who changed the image meanwhile may have written his readers before ours.
                image = images.get(id, Scope.EVERYTHING);
                Readers now = readers(image);
                if (now.equals(readers)) {
                    return;
                }
                readers = now;
            }
        } catch (GlanceException.NotFound deleted) {
            LOG.debug("image was deleted, its data has no readers image={}", id);
        }
    }

    /** As {@link #follow} for new data, which nobody else can read yet: a store that fails keeps it so. */
    void introduce(Caller caller, ImageId id) {
        try {
            follow(caller, id);
        } catch (GlanceException.Unavailable failed) {
            LOG.warn("image data cannot be read by other projects yet image={}", id, failed);
        }
    }

    /** Members who have not answered yet, or refused, may read all the same: the data is not less theirs than the image. */
    private Readers readers(Image image) {
        return switch (image.visibility()) {
            case PUBLIC, COMMUNITY -> new Readers.Everybody();
            case SHARED, PRIVATE ->
                new Readers.Projects(members.list(image.id()).stream()
                        .map(ImageMember::member)
                        .collect(Collectors.toCollection(TreeSet::new)));
        };
    }

    private void share(Caller caller, Image image, Readers readers) {
        for (ImageLocation location : stores.inOrder(image.locations())) {
            Optional<TenantStore> store = stores.holding(location.at()).flatMap(holder -> stores.tenant(holder.id()));
            if (store.isPresent()) {
                share(caller, image, location, readers, store.get());
            }
        }
    }

    private static void share(Caller caller, Image image, ImageLocation location, Readers readers, TenantStore store) {
        try {
            store.share(caller, location.at(), readers);
        } catch (StoreException.NotFound gone) {
            LOG.warn("image data without readers, it is not there image={} location={}", image.id(), location.at());
        } catch (StoreException failed) {
            LOG.warn("store was not told who may read image={} location={}", image.id(), location.at(), failed);
            throw new GlanceException.Unavailable(
                    "Image " + image.id() + " is changed, but its store does not know yet who may read the data; any"
                            + " further change of the image tells it again",
                    failed);
        }
    }
}
