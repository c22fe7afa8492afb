package glance.image;

import glance.store.StoreLocation;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a write changes; everything it does not name stays. Built with {@link #builder()}.
 *
 * <p>Becoming {@code queued} always clears size, virtual size, checksum, multihash and locations: an implementation does
 * that whenever {@code attributes} sets that status.
 *
 * @param attributes new values by column; types are String, Integer (min_*), Long (sizes), Boolean, ImageStatus,
 *     Visibility, or null where the column allows it. Never ID, CREATED_AT, UPDATED_AT (the repository's own)
 * @param setProperties custom properties to create or overwrite
 * @param removeProperties custom properties to remove; absent ones are no error
 * @param tags when not null, the complete new set
 * @param addTags single tags to add
 * @param removeTags single tags to remove
 * @param addLocations appended in order
 * @param setLocations new URLs and metadata by row id; the rows keep their place
 * @param removeLocations row ids to soft-delete, with their new location status
 * @param opens journal entries recorded in the same transaction
 * @param closes journal entries removed in the same transaction. One that is not open any more fails the whole write with
 *     Conflict: another worker took the data over, and whoever holds the entry decides about it
 */
public record ImageChange(
        Map<Attribute, @Nullable Object> attributes,
        SequencedMap<String, String> setProperties,
        Set<String> removeProperties,
        @Nullable SequencedSet<String> tags,
        SequencedSet<String> addTags,
        Set<String> removeTags,
        List<StoreLocation> addLocations,
        Map<Long, StoreLocation> setLocations,
        Map<Long, String> removeLocations,
        List<DataIntent> opens,
        List<DataIntent> closes) {

    /** Whether nothing would be written. */
    public boolean isEmpty() {
        return attributes.isEmpty()
                && setProperties.isEmpty()
                && removeProperties.isEmpty()
                && tags == null
                && addTags.isEmpty()
                && removeTags.isEmpty()
                && addLocations.isEmpty()
                && setLocations.isEmpty()
                && removeLocations.isEmpty()
                && opens.isEmpty()
                && closes.isEmpty();
    }

    /** A change of status alone. */
    public static ImageChange status(ImageStatus status) {
        return builder().set(Attribute.STATUS, status).build();
    }

    public static Builder builder() {
        return new Builder();
    }

    /** Collects a change. Not thread-safe. */
    public static final class Builder {
        private final Map<Attribute, @Nullable Object> attributes = new EnumMap<>(Attribute.class);
        private final SequencedMap<String, String> setProperties = new LinkedHashMap<>();
        private final Set<String> removeProperties = new LinkedHashSet<>();
        private @Nullable SequencedSet<String> tags;
        private final SequencedSet<String> addTags = new LinkedHashSet<>();
        private final Set<String> removeTags = new LinkedHashSet<>();
        private final List<StoreLocation> addLocations = new ArrayList<>();
        private final Map<Long, StoreLocation> setLocations = new LinkedHashMap<>();
        private final Map<Long, String> removeLocations = new LinkedHashMap<>();
        private final List<DataIntent> opens = new ArrayList<>();
        private final List<DataIntent> closes = new ArrayList<>();

        private Builder() {}

        public Builder set(Attribute attribute, @Nullable Object value) {
            attributes.put(attribute, value);
            return this;
        }

        public Builder setProperty(String name, String value) {
            removeProperties.remove(name);
            setProperties.put(name, value);
            return this;
        }

        public Builder removeProperty(String name) {
            setProperties.remove(name);
            removeProperties.add(name);
            return this;
        }

        public Builder tags(SequencedSet<String> all) {
            tags = new LinkedHashSet<>(all);
            return this;
        }

        public Builder addTag(String tag) {
            addTags.add(tag);
            return this;
        }

        public Builder removeTag(String tag) {
            removeTags.add(tag);
            return this;
        }

        public Builder addLocation(StoreLocation location) {
            addLocations.add(location);
            return this;
        }

        public Builder setLocation(long id, StoreLocation location) {
            setLocations.put(id, location);
            return this;
        }

        public Builder removeLocation(long id, String status) {
            removeLocations.put(id, status);
            return this;
        }

        public Builder opens(DataIntent intent) {
            opens.add(intent);
            return this;
        }

        public Builder closes(DataIntent intent) {
            closes.add(intent);
            return this;
        }

        public ImageChange build() {
            return new ImageChange(
                    Collections.unmodifiableMap(new EnumMap<>(attributes)),
                    Collections.unmodifiableSequencedMap(new LinkedHashMap<>(setProperties)),
                    Collections.unmodifiableSet(new LinkedHashSet<>(removeProperties)),
                    tags == null ? null : Collections.unmodifiableSequencedSet(new LinkedHashSet<>(tags)),
                    Collections.unmodifiableSequencedSet(new LinkedHashSet<>(addTags)),
                    Collections.unmodifiableSet(new LinkedHashSet<>(removeTags)),
                    List.copyOf(addLocations),
                    Collections.unmodifiableMap(new LinkedHashMap<>(setLocations)),
                    Collections.unmodifiableMap(new LinkedHashMap<>(removeLocations)),
                    List.copyOf(opens),
                    List.copyOf(closes));
        }
    }
}
