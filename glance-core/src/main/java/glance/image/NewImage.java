package glance.image;

import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SequencedSet;
import org.jspecify.annotations.Nullable;

/**
 * What a client asks to create, syntactically valid.
 *
 * @param id the id the client chose, or null
 * @param attributes the attributes it named: NAME, VISIBILITY, PROTECTED, OS_HIDDEN, OWNER, DISK_FORMAT, CONTAINER_FORMAT
 *     as in {@link ImageChange}, MIN_DISK and MIN_RAM as Long of any value; in API v1 also what the data is declared to be: SIZE,
 *     VIRTUAL_SIZE and CHECKSUM. An image of declared size 0 has all its data and is active at once
 * @param tags in the order named
 * @param properties custom properties in the order named; null only where the operator's schema allows it
 * @param readOnly names of read-only attributes the client tried to set; refused, but only after policy was asked
 */
public record NewImage(
        @Nullable ImageId id,
        Map<Attribute, @Nullable Object> attributes,
        SequencedSet<String> tags,
        SequencedMap<String, @Nullable String> properties,
        List<String> readOnly) {
    // Not compact: there javac loses the annotations inside the parameters' types, and other modules see non-null maps.
    public NewImage(
            @Nullable ImageId id,
            Map<Attribute, @Nullable Object> attributes,
            SequencedSet<String> tags,
            SequencedMap<String, @Nullable String> properties,
            List<String> readOnly) {
        Map<Attribute, @Nullable Object> copy = new EnumMap<>(Attribute.class);
        copy.putAll(attributes);
        this.id = id;
        this.attributes = Collections.unmodifiableMap(copy);
        this.tags = Collections.unmodifiableSequencedSet(new LinkedHashSet<>(tags));
        this.properties = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(properties));
        this.readOnly = List.copyOf(readOnly);
    }

    /** The value named for a text attribute, else null. */
    @Nullable
    String text(Attribute attribute) {
        return (String) attributes.get(attribute);
    }

    /** The value named for a flag, else false. */
    boolean flag(Attribute attribute) {
        return Boolean.TRUE.equals(attributes.get(attribute));
    }
}
