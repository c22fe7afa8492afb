package glance.image;

import glance.auth.Caller;
import glance.error.GlanceException;
import glance.policy.Action;
import glance.store.Store;
import glance.store.StoreException;
import glance.store.StoreLocation;
import glance.store.Stores;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Data that lies where a client says. What a client is told of a place that cannot be read never says why: the answer would
 * tell it which of our neighbours listen where. The log says it.
 */
public final class ExternalData {
    private static final Logger LOG = LoggerFactory.getLogger(ExternalData.class);

    /** Places of this machine or with credentials of the service, which no client may name. */
    private static final Set<String> OURS = Set.of("", "file", "filesystem", "swift+config");

    /** What only administrators may name: it would be read, and removed, with the service's rights. */
    private static final Set<String> SERVICES =
            Set.of("s3", "s3+http", "s3+https", "swift", "swift+http", "swift+https", "rbd", "cinder", "vsphere");

    private final ImageRepository images;
    private final ImageAccess access;
    private final Stores stores;

    public ExternalData(Registry registry, ImageAccess access, Stores stores) {
        this.images = registry.images();
        this.access = access;
        this.stores = stores;
    }

    /**
     * The place a client names.
     *
     * @throws GlanceException.Forbidden when the caller may only read
     * @throws GlanceException.InvalidRequest when no store reads its scheme, or clients may not name such places
     */
    public StoreLocation named(Caller caller, String url) {
        ReadOnly.refuse(caller);
        StoreLocation location = StoreLocation.of(url);
        boolean reserved = SERVICES.contains(location.scheme()) && !caller.admin();
        if (reserved || !mayBeNamed(location.scheme(), stores)) {
            throw new GlanceException.InvalidRequest("External sources are not supported: '" + location + "'");
        }
        return location;
    }

    /** Whether clients may name places of this scheme, and some store reads them. */
    static boolean mayBeNamed(String scheme, Stores stores) {
        return !OURS.contains(scheme)
                && stores.all().stream().anyMatch(one -> one.store().schemes().contains(scheme));
    }

    /**
     * Bytes there, as its server says; empty when it does not say.
     *
     * @throws GlanceException.NotFound when there is nothing
     * @throws GlanceException.InvalidRequest when it cannot be reached, or may not
     */
    public OptionalLong size(StoreLocation location) {
        try {
            return OptionalLong.of(holding(location).size(location));
        } catch (StoreException.Unsupported unsaid) {
            return OptionalLong.empty();
        } catch (StoreException.NotFound absent) {
            throw new GlanceException.NotFound("There is no data at " + location);
        } catch (StoreException failure) {
            LOG.info("source named by a client cannot be read source={} cause={}", location, failure.getMessage());
            throw new GlanceException.InvalidRequest("The data at " + location + " cannot be read", failure);
        }
    }

    private Store holding(StoreLocation location) throws StoreException {
        return stores.holding(location)
                .orElseThrow(() -> new StoreException.Unavailable("no configured store holds this location", null));
    }

    /**
     * Records that the image's data lies there and activates it; the data is not read.
     *
     * @param size bytes there
     * @throws GlanceException.InvalidRequest when the image's formats are unset
     * @throws GlanceException.Conflict when the image is not queued
     */
    public Image record(Caller caller, ImageId id, StoreLocation location, long size) {
        ReadOnly.refuse(caller);
        Image image = access.require(caller, id, Action.SET_IMAGE_LOCATION);
        if (image.status() != ImageStatus.QUEUED) {
            throw new GlanceException.Conflict(
                    "Image " + id + " has status " + image.status().wire() + "; a location needs status queued");
        }
        if (image.diskFormat() == null || image.containerFormat() == null) {
            throw new GlanceException.InvalidRequest(
                    "disk_format and container_format must be set before image " + id + " gets a location");
        }
        Optional<Store> store = stores.holding(location);
        ImageChange change = ImageChange.builder()
                .set(Attribute.STATUS, ImageStatus.ACTIVE)
                .set(Attribute.SIZE, size)
                .addLocation(
                        store.map(holder -> stores.recorded(holder, location)).orElse(location))
                .build();
        Image active = images.update(id, change, Guard.statusIs(ImageStatus.QUEUED));
        LOG.info("image status changed image={} from=queued to=active size={} location={}", id, size, location);
        return active;
    }
}
