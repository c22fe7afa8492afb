package glance.metadef;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Something defined in a namespace, as recorded.
 *
 * @param id the row's
 * @param updatedAt null in rows of operators' files until the first change
 */
public record Definition(
        long id,
        long namespaceId,
        DefinitionValues values,
        Instant createdAt,
        @Nullable Instant updatedAt) {
    /** What can be defined. */
    public enum Kind {
        /** A set of properties that go together. */
        OBJECT,
        /** A property. */
        PROPERTY,
        /** A word. */
        TAG
    }

    public String name() {
        return values.name();
    }
}
