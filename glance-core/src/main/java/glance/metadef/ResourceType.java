package glance.metadef;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A kind of thing that properties can be put on, such as {@code OS::Glance::Image}.
 *
 * @param id the row's
 * @param isProtected whether it came with the service's own definitions
 * @param updatedAt null in rows of operators' files until the first change
 */
public record ResourceType(
        long id,
        String name,
        boolean isProtected,
        Instant createdAt,
        @Nullable Instant updatedAt) {}
