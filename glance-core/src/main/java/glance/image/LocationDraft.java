package glance.image;

import glance.error.GlanceException;
import glance.quota.Quotas;
import glance.store.StoreLocation;
import glance.store.Stores;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The locations of an image while a PATCH works on them. The first one activates a queued image and gives it its size; data
 * at a further one must be the same data. One request, one thread.
 */
final class LocationDraft {
    private final Image image;
    private final Surroundings around;
    /** As clients see them; their positions count in this list. */
    private final List<ImageLocation> locations;

    private @Nullable Long size;
    private NewLocation.@Nullable Promise promise;
    private boolean touched;

    /** What it decides by. */
    record Surroundings(
            Stores stores,
            LocationSources sources,
            LocationRules rules,
            DeleteConfig deletes,
            Quotas quotas,
            String worker) {}

    LocationDraft(Image image, Surroundings around) {
        this.image = image;
        this.around = around;
        this.locations = new ArrayList<>(around.stores().inOrder(image.locations()));
        this.size = image.size();
    }

    void add(NewLocation wanted) {
        requireStatus(Set.of(ImageStatus.ACTIVE, ImageStatus.QUEUED));
        touched = true;
        if (Quotas.exceeds(locations.size() + 1, around.quotas().locations())) {
            throw new GlanceException.LimitExceeded("The image would have " + (locations.size() + 1)
                    + " locations; the limit is " + around.quotas().locations());
        }
        StoreLocation at = around.sources().named(wanted);
        if (locations.stream()
                .anyMatch(present -> around.stores().current(present.at()).equals(at))) {
            throw new GlanceException.InvalidRequest("The image has this location already: '" + at + "'");
        }
        NewLocation.Promise said = wanted.promise();
        if (said != null) {
            keep(said.folded());
        }
        long there = requireSameSize(at);
        if (image.status() == ImageStatus.QUEUED) {
            requireFormats();
        } else if (said == null) {
            around.sources().requireSameData(image, at, there);
        }
        locations.add(new ImageLocation(0, at, ImageLocation.ACTIVE));
    }

    private long requireSameSize(StoreLocation at) {
        long there = around.sources().size(at);
        if (size != null && size != there) {
            throw new GlanceException.InvalidRequest(
                    "Invalid location: there are " + there + " bytes at " + at + ", the image has " + size);
        }
        size = there;
        return there;
    }

    private void requireFormats() {
        if (image.diskFormat() == null || image.containerFormat() == null) {
            throw new GlanceException.InvalidRequest(
                    "disk_format and container_format must be set before image " + image.id() + " gets a location");
        }
    }

    /** Digests the client vouches for: all of one request agree with each other and with what is recorded. */
    private void keep(NewLocation.Promise said) {
        String configured = around.rules().algorithm().name();
        if (!said.algorithm().equals(configured)) {
            throw new GlanceException.Conflict(
                    "os_hash_algo is '" + said.algorithm() + "'; this server uses '" + configured + "'");
        }
        String flaw = said.flaw();
        if (flaw != null) {
            throw new GlanceException.Conflict("validation_data: " + flaw);
        }
        if (promise != null && !promise.equals(said)) {
            throw new GlanceException.Conflict("The validation_data of several locations differ");
        }
        requireAgrees("checksum", said.checksum(), image.checksum());
        requireAgrees("os_hash_algo", said.algorithm(), image.hashAlgorithm());
        requireAgrees("os_hash_value", said.value(), image.hashValue());
        promise = said;
    }

    private void requireAgrees(String name, @Nullable String said, @Nullable String recorded) {
        if (said == null || said.equals(recorded)) {
            return;
        }
        if (recorded != null) {
            throw new GlanceException.Conflict(name + " is " + recorded + " already, not " + said);
        }
        if (image.status() != ImageStatus.QUEUED) {
            throw new GlanceException.Conflict(name + " can be set only while the image is queued; it is "
                    + image.status().wire());
        }
    }

    void replace(List<NewLocation> wanted) {
        if (wanted.isEmpty()) {
            throw new GlanceException.Forbidden("An image's last location cannot be removed");
        }
        requireStatus(Set.of(ImageStatus.ACTIVE, ImageStatus.QUEUED));
        if (locations.isEmpty()) {
            wanted.forEach(this::add);
            return;
        }
        touched = true;
        List<String> urls = wanted.stream().map(NewLocation::url).sorted().toList();
        if (!urls.equals(locations.stream().map(one -> one.at().url()).sorted().toList())) {
            throw new GlanceException.InvalidRequest(
                    "Replacing locations may change their metadata only; the URLs must be the present ones");
        }
        List<NewLocation> left = new ArrayList<>(wanted);
        locations.replaceAll(
                present -> described(present, take(left, present.at().url())));
    }

    private static NewLocation take(List<NewLocation> left, String url) {
        NewLocation found =
                left.stream().filter(one -> one.url().equals(url)).findFirst().orElseThrow();
        left.remove(found);
        return found;
    }

    /** With other metadata; its store is not the client's to say. */
    private ImageLocation described(ImageLocation present, NewLocation wanted) {
        LocationSources.requireRecordable(wanted.url(), wanted.metadata());
        Map<String, Object> metadata = new LinkedHashMap<>(wanted.metadata());
        Object store = present.at().metadata().get(Stores.STORE_KEY);
        if (store != null) {
            metadata.put(Stores.STORE_KEY, store);
        }
        StoreLocation at = around.stores().current(new StoreLocation(wanted.url(), metadata));
        return new ImageLocation(present.id(), at, present.status());
    }

    /** @param position a number, or {@code -} for the last */
    void remove(String position) {
        requireStatus(Set.of(ImageStatus.ACTIVE));
        touched = true;
        if (locations.size() == 1) {
            throw new GlanceException.Forbidden("An image's last location cannot be removed");
        }
        int index = position.equals("-") ? locations.size() - 1 : index(position);
        locations.remove(index);
    }

    private int index(String position) {
        if (position.length() > 9 || Integer.parseInt(position) >= locations.size()) {
            throw new GlanceException.InvalidRequest(
                    "There is no location " + position + "; the image has " + locations.size());
        }
        return Integer.parseInt(position);
    }

    private void requireStatus(Set<ImageStatus> allowed) {
        if (!allowed.contains(image.status())) {
            throw new GlanceException.Conflict("Image " + image.id() + " has status "
                    + image.status().wire() + "; this change of locations needs one of "
                    + allowed.stream().map(ImageStatus::wire).sorted().collect(Collectors.joining(", ")));
        }
    }

    /** Locations whose data the image gives up: a place it still records, with other metadata, keeps its data. */
    List<ImageLocation> givenUp() {
        Set<String> kept = locations.stream().map(one -> one.at().url()).collect(Collectors.toSet());
        return dropped().stream().filter(one -> !kept.contains(one.at().url())).toList();
    }

    /** Locations the image had and has no more. */
    private List<ImageLocation> dropped() {
        Set<Long> kept = locations.stream().map(ImageLocation::id).collect(Collectors.toSet());
        return around.stores().inOrder(image.locations()).stream()
                .filter(one -> !kept.contains(one.id()))
                .toList();
    }

    /** Adds what the edits come to, and what must still hold when it is written. */
    void decide(ImageChange.Builder change, List<Guard> guards) {
        if (!touched) {
            return;
        }
        guards.add(new Guard.StatusIs(Set.of(image.status())));
        guards.add(new Guard.LocationsAre(image.locations()));
        dropped().forEach(gone -> change.removeLocation(gone.id(), ImageLocation.DELETED));
        for (ImageLocation gone : givenUp()) {
            if (around.deletes().delayed()) {
                change.removeLocation(gone.id(), ImageLocation.PENDING_DELETE);
                continue;
            }
            DataIntent discard = around.stores().discard(image.id(), gone, around.worker());
            if (discard != null) {
                change.opens(discard);
            }
        }
        for (ImageLocation location : locations) {
            if (location.id() == 0) {
                change.addLocation(location.at());
            } else if (!image.locations().contains(location)) {
                change.setLocation(location.id(), location.at());
            }
        }
        if (image.status() == ImageStatus.QUEUED && !locations.isEmpty()) {
            activate(change);
        }
    }

    private void activate(ImageChange.Builder change) {
        change.set(Attribute.STATUS, ImageStatus.ACTIVE).set(Attribute.SIZE, size);
        if (promise != null) {
            change.set(Attribute.CHECKSUM, promise.checksum())
                    .set(Attribute.OS_HASH_ALGO, promise.algorithm())
                    .set(Attribute.OS_HASH_VALUE, promise.value());
        }
    }
}
