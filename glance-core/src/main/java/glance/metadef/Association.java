package glance.metadef;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * That a namespace applies to a resource type, as recorded.
 *
 * @param updatedAt null in rows of operators' files until the first change
 */
public record Association(
        AssociationValues values,
        Instant createdAt,
        @Nullable Instant updatedAt) {}
