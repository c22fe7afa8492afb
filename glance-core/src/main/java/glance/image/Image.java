package glance.image;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedMap;
import java.util.SequencedSet;
import org.jspecify.annotations.Nullable;

/**
 * An image's record, complete and immutable.
 *
 * @param size bytes; null until data is there
 * @param virtualSize bytes of the disk inside, when the format tells
 * @param checksum MD5, lower-case hex
 * @param hashAlgorithm name of the multihash algorithm, e.g. {@code sha512}
 * @param hashValue multihash, lower-case hex
 * @param minDisk GB
 * @param minRam MB
 * @param owner project id, or null
 * @param deletedAt null while it lives; afterwards tags, properties and locations are empty
 * @param tags in recorded order, no duplicates
 * @param properties custom properties in recorded order; a null value was stored by an old release
 * @param locations live locations in recorded order
 */
public record Image(
        ImageId id,
        @Nullable String name,
        ImageStatus status,
        Visibility visibility,
        boolean isProtected,
        boolean hidden,
        @Nullable String owner,
        @Nullable String diskFormat,
        @Nullable String containerFormat,
        int minDisk,
        int minRam,
        @Nullable Long size,
        @Nullable Long virtualSize,
        @Nullable String checksum,
        @Nullable String hashAlgorithm,
        @Nullable String hashValue,
        Instant createdAt,
        Instant updatedAt,
        @Nullable Instant deletedAt,
        SequencedSet<String> tags,
        SequencedMap<String, @Nullable String> properties,
        List<ImageLocation> locations) {
    public Image {
        // Order reaches the wire, so the copies keep it (Set.copyOf and Map.copyOf would not; the latter refuses null).
        tags = Collections.unmodifiableSequencedSet(new LinkedHashSet<>(tags));
        properties = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(properties));
        locations = Collections.unmodifiableList(new ArrayList<>(locations));
    }

    /** A live image. */
    public Image(
            ImageId id,
            @Nullable String name,
            ImageStatus status,
            Visibility visibility,
            boolean isProtected,
            boolean hidden,
            @Nullable String owner,
            @Nullable String diskFormat,
            @Nullable String containerFormat,
            int minDisk,
            int minRam,
            @Nullable Long size,
            @Nullable Long virtualSize,
            @Nullable String checksum,
            @Nullable String hashAlgorithm,
            @Nullable String hashValue,
            Instant createdAt,
            Instant updatedAt,
            SequencedSet<String> tags,
            SequencedMap<String, @Nullable String> properties,
            List<ImageLocation> locations) {
        this(
                id,
                name,
                status,
                visibility,
                isProtected,
                hidden,
                owner,
                diskFormat,
                containerFormat,
                minDisk,
                minRam,
                size,
                virtualSize,
                checksum,
                hashAlgorithm,
                hashValue,
                createdAt,
                updatedAt,
                null,
                tags,
                properties,
                locations);
    }

    /** Whether data at this URL is recorded as the image's. */
    public boolean records(String url) {
        return locations.stream().anyMatch(location -> location.at().url().equals(url));
    }

    /** Whether {@code project} owns it; an image without owner is nobody's, a caller without project owns nothing. */
    public boolean isOwnedBy(@Nullable String project) {
        return owner != null && owner.equals(project);
    }

    /** A column's value: String, Integer, Long, Boolean, ImageStatus, Visibility, Instant or null. */
    public @Nullable Object value(Attribute attribute) {
        return switch (attribute) {
            case ID -> id.value();
            case NAME -> name;
            case STATUS -> status;
            case VISIBILITY -> visibility;
            case PROTECTED -> isProtected;
            case OS_HIDDEN -> hidden;
            case OWNER -> owner;
            case DISK_FORMAT -> diskFormat;
            case CONTAINER_FORMAT -> containerFormat;
            case MIN_DISK -> minDisk;
            case MIN_RAM -> minRam;
            case SIZE -> size;
            case VIRTUAL_SIZE -> virtualSize;
            case CHECKSUM -> checksum;
            case OS_HASH_ALGO -> hashAlgorithm;
            case OS_HASH_VALUE -> hashValue;
            case CREATED_AT -> createdAt;
            case UPDATED_AT -> updatedAt;
        };
    }

    /** This image with other tags, properties and locations. */
    public Image with(
            SequencedSet<String> otherTags,
            SequencedMap<String, @Nullable String> otherProperties,
            List<ImageLocation> otherLocations) {
        return copy(owner, createdAt, updatedAt, otherTags, otherProperties, otherLocations);
    }

    /** This image changed at another time. */
    public Image withUpdatedAt(Instant time) {
        return copy(owner, createdAt, time, tags, properties, locations);
    }

    /** This image as a project's. */
    public Image ownedBy(@Nullable String project) {
        return copy(project, createdAt, updatedAt, tags, properties, locations);
    }

    /** What stays of this image when it is deleted. */
    public Image asDeleted(Instant time) {
        return asDeleted(time, ImageStatus.DELETED);
    }

    /** As above, with a status that says whether its data is still there. */
    public Image asDeleted(Instant time, ImageStatus status) {
        return new Image(
                id,
                name,
                status,
                visibility,
                isProtected,
                hidden,
                owner,
                diskFormat,
                containerFormat,
                minDisk,
                minRam,
                size,
                virtualSize,
                checksum,
                hashAlgorithm,
                hashValue,
                createdAt,
                time,
                time,
                new LinkedHashSet<>(),
                new LinkedHashMap<>(),
                List.of());
    }

    /** This image as every database keeps it: times in whole microseconds, an empty owner as none. */
    public Image asRecorded() {
        return asRecorded(ChronoUnit.MICROS);
    }

    /** This image as a database keeps it whose times are whole multiples of {@code precision}. */
    public Image asRecorded(ChronoUnit precision) {
        return copy(
                owner == null || owner.isEmpty() ? null : owner,
                createdAt.truncatedTo(precision),
                updatedAt.truncatedTo(precision),
                tags,
                properties,
                locations);
    }

    private Image copy(
            @Nullable String otherOwner,
            Instant created,
            Instant updated,
            SequencedSet<String> otherTags,
            SequencedMap<String, @Nullable String> otherProperties,
            List<ImageLocation> otherLocations) {
        return new Image(
                id,
                name,
                status,
                visibility,
                isProtected,
                hidden,
                otherOwner,
                diskFormat,
                containerFormat,
                minDisk,
                minRam,
                size,
                virtualSize,
                checksum,
                hashAlgorithm,
                hashValue,
                created,
                updated,
                deletedAt,
                otherTags,
                otherProperties,
                otherLocations);
    }
}
