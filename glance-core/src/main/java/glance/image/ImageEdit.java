package glance.image;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import org.jspecify.annotations.Nullable;

/**
 * One operation of a PATCH, syntactically valid and checked against the schema. Operations apply in order to one
 * in-memory copy, which is saved once.
 */
public sealed interface ImageEdit {
    /** How a value meets what is there. */
    enum Verb {
        /** Creates, or overwrites what is there (media type v2.1). */
        ADD,
        /** Creates; a conflict when something is there (media type v2.0). */
        ADD_NEW,
        /** Overwrites; a conflict when nothing is there. */
        REPLACE
    }

    /** Sets a base attribute; value types as in {@link NewImage#attributes}. */
    record SetAttribute(
            Verb verb, Attribute attribute, @Nullable Object value) implements ImageEdit {}

    /**
     * Sets what an image's data is declared to be, as API v1 may: SIZE, VIRTUAL_SIZE or CHECKSUM. Of an image that has its
     * data only an administrator changes size and checksum.
     */
    record SetDeclared(Attribute attribute, @Nullable Object value) implements ImageEdit {}

    /** Sets all tags. */
    record SetTags(Verb verb, SequencedSet<String> tags) implements ImageEdit {
        public SetTags {
            tags = Collections.unmodifiableSequencedSet(new LinkedHashSet<>(tags));
        }
    }

    /** Removes a base attribute, which is never allowed. */
    record RemoveAttribute(String name) implements ImageEdit {}

    /**
     * Sets a custom property.
     *
     * @param value null, which only the operator's schema can allow, leaves the image without the property
     */
    record SetProperty(Verb verb, String name, @Nullable String value) implements ImageEdit {}

    /** Removes a custom property. */
    record RemoveProperty(String name) implements ImageEdit {}

    /** Adds a location. Whatever position the client names, it comes last. */
    record AddLocation(NewLocation location) implements ImageEdit {}

    /** Sets all locations, of an image that has none; else only their metadata. */
    record ReplaceLocations(List<NewLocation> locations) implements ImageEdit {
        public ReplaceLocations {
            locations = List.copyOf(locations);
        }
    }

    /**
     * Removes a location and its data.
     *
     * @param position in the order shown, from 0; {@code -} is the last
     */
    record RemoveLocation(String position) implements ImageEdit {}
}
