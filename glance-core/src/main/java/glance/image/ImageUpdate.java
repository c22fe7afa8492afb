package glance.image;

import glance.error.GlanceException;
import glance.store.StoreLocation;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a write makes of an image: the one home of guards, the life cycle and the rule of {@code queued}. Pure; a
 * repository calls it on the record it has just read inside the writing transaction, then stores the difference.
 */
public final class ImageUpdate {
    /** The import lock: a custom property that only a guarded write may touch, whatever ordinary saves say. */
    public static final String IMPORT_LOCK = "os_glance_import_task";

    private ImageUpdate() {}

    /**
     * The image after {@code change}. Equal to {@code before} when nothing differs; else {@code updated_at} is {@code now}
     * in whole microseconds, or one microsecond past the former value when the clock has not moved beyond it.
     *
     * @return new locations have id 0
     * @throws GlanceException.Conflict when the guard does not hold or the status may not follow the present one
     * @throws IllegalArgumentException when the change names what this write cannot change
     */
    public static Image apply(Image before, ImageChange change, Guard guard, Instant now) {
        requireLegal(change, guard);
        require(before, guard);
        requireTransition(before, change);
        Image changed = changed(before, change);
        return changed.equals(before) ? before : changed.withUpdatedAt(later(before.updatedAt(), now));
    }

    /**
     * @throws IllegalArgumentException when a new image holds what only a guarded write may set
     */
    public static void requireNew(Image image) {
        if (image.properties().containsKey(IMPORT_LOCK)) {
            throw new IllegalArgumentException(IMPORT_LOCK + " changes only under a guard on itself");
        }
    }

    /** The time of a write: strictly after {@code former}, at microsecond precision. */
    public static Instant later(Instant former, Instant now) {
        Instant candidate = now.truncatedTo(ChronoUnit.MICROS);
        return candidate.isAfter(former)
                ? candidate
                : former.truncatedTo(ChronoUnit.MICROS).plus(1, ChronoUnit.MICROS);
    }

    /**
     * @throws GlanceException.Conflict when the guard does not hold for the image
     */
    public static void require(Image image, Guard guard) {
        switch (guard) {
            case Guard.Always ignored -> {}
            case Guard.StatusIs statusIs -> {
                if (!statusIs.allowed().contains(image.status())) {
                    throw conflict(image, "is " + image.status().wire() + ", which does not allow this");
                }
            }
            case Guard.PropertyAbsent absent -> {
                if (image.properties().containsKey(absent.name())) {
                    throw conflict(image, "has property '" + absent.name() + "' already");
                }
            }
            case Guard.PropertyIs is -> {
                if (!is.value().equals(image.properties().get(is.name()))) {
                    throw conflict(image, "does not have the expected value of property '" + is.name() + "'");
                }
            }
            case Guard.NotProtected ignored -> {
                if (image.isProtected()) {
                    throw conflict(image, "is protected");
                }
            }
            case Guard.LocationsAre are -> {
                if (!Set.copyOf(are.locations()).equals(Set.copyOf(image.locations()))) {
                    throw conflict(image, "has other locations by now");
                }
            }
            case Guard.All all -> all.guards().forEach(one -> require(image, one));
        }
    }

    private static void requireTransition(Image before, ImageChange change) {
        if (change.attributes().get(Attribute.STATUS) instanceof ImageStatus next
                && next != before.status()
                && !before.status().canBecome(next)) {
            throw conflict(before, "is " + before.status().wire() + " and cannot become " + next.wire());
        }
    }

    private static void requireLegal(ImageChange change, Guard guard) {
        for (Attribute own : List.of(Attribute.ID, Attribute.CREATED_AT, Attribute.UPDATED_AT)) {
            if (change.attributes().containsKey(own)) {
                throw new IllegalArgumentException(own.column() + " is the repository's own");
            }
        }
        Object status = change.attributes().get(Attribute.STATUS);
        if (status == ImageStatus.DELETED || status == ImageStatus.PENDING_DELETE) {
            throw new IllegalArgumentException("an image becomes " + status + " by a delete, not by an update");
        }
        boolean touchesLock = change.setProperties().containsKey(IMPORT_LOCK)
                || change.removeProperties().contains(IMPORT_LOCK);
        if (touchesLock && !guardsLock(guard)) {
            throw new IllegalArgumentException(IMPORT_LOCK + " changes only under a guard on itself");
        }
    }

    private static boolean guardsLock(Guard guard) {
        return switch (guard) {
            case Guard.PropertyAbsent absent -> absent.name().equals(IMPORT_LOCK);
            case Guard.PropertyIs is -> is.name().equals(IMPORT_LOCK);
            case Guard.All all -> all.guards().stream().anyMatch(ImageUpdate::guardsLock);
            case Guard.Always ignored -> false;
            case Guard.StatusIs ignored -> false;
            case Guard.NotProtected ignored -> false;
            case Guard.LocationsAre ignored -> false;
        };
    }

    private static Image changed(Image before, ImageChange change) {
        Values set = new Values(change.attributes());
        boolean queued = set.or(Attribute.STATUS, null) == ImageStatus.QUEUED;
        return new Image(
                before.id(),
                (String) set.or(Attribute.NAME, before.name()),
                set.required(Attribute.STATUS, before.status()),
                set.required(Attribute.VISIBILITY, before.visibility()),
                set.required(Attribute.PROTECTED, before.isProtected()),
                set.required(Attribute.OS_HIDDEN, before.hidden()),
                (String) set.or(Attribute.OWNER, before.owner()),
                (String) set.or(Attribute.DISK_FORMAT, before.diskFormat()),
                (String) set.or(Attribute.CONTAINER_FORMAT, before.containerFormat()),
                set.required(Attribute.MIN_DISK, before.minDisk()),
                set.required(Attribute.MIN_RAM, before.minRam()),
                queued ? null : (Long) set.or(Attribute.SIZE, before.size()),
                queued ? null : (Long) set.or(Attribute.VIRTUAL_SIZE, before.virtualSize()),
                queued ? null : (String) set.or(Attribute.CHECKSUM, before.checksum()),
                queued ? null : (String) set.or(Attribute.OS_HASH_ALGO, before.hashAlgorithm()),
                queued ? null : (String) set.or(Attribute.OS_HASH_VALUE, before.hashValue()),
                before.createdAt(),
                before.updatedAt(),
                tags(before, change),
                properties(before, change),
                queued ? List.of() : locations(before, change));
    }

    private static SequencedSet<String> tags(Image before, ImageChange change) {
        SequencedSet<String> all = change.tags();
        SequencedSet<String> tags = new LinkedHashSet<>(before.tags());
        if (all != null) {
            tags.retainAll(all);
            tags.addAll(all);
        }
        tags.removeAll(change.removeTags());
        tags.addAll(change.addTags());
        return tags;
    }

    private static SequencedMap<String, @Nullable String> properties(Image before, ImageChange change) {
        SequencedMap<String, @Nullable String> properties = new LinkedHashMap<>(before.properties());
        change.removeProperties().forEach(properties::remove);
        properties.putAll(change.setProperties());
        return properties;
    }

    private static List<ImageLocation> locations(Image before, ImageChange change) {
        List<ImageLocation> locations = new ArrayList<>(before.locations());
        locations.removeIf(location -> change.removeLocations().containsKey(location.id()));
        locations.replaceAll(location -> {
            StoreLocation other = change.setLocations().get(location.id());
            return other == null ? location : new ImageLocation(location.id(), other, location.status());
        });
        change.addLocations().forEach(at -> locations.add(new ImageLocation(0, at, ImageLocation.ACTIVE)));
        return locations;
    }

    private static GlanceException.Conflict conflict(Image image, String why) {
        return new GlanceException.Conflict("Image " + image.id() + " " + why);
    }

    /** Named new values over present ones. */
    private record Values(Map<Attribute, @Nullable Object> named) {
        @Nullable
        Object or(Attribute attribute, @Nullable Object present) {
            return named.containsKey(attribute) ? named.get(attribute) : present;
        }

        // The cast is checked: the present value's class decides.
        @SuppressWarnings("unchecked")
        <T> T required(Attribute attribute, T present) {
            Object value = or(attribute, present);
            if (value == null || value.getClass() != present.getClass()) {
                throw new IllegalArgumentException(attribute.column() + " cannot be " + value);
            }
            return (T) value;
        }
    }
}
