package glance.task;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A task as recorded.
 *
 * @param id at most 36 characters
 * @param deletedAt null while it is live
 */
public record Task(
        String id,
        TaskValues values,
        Instant createdAt,
        Instant updatedAt,
        @Nullable Instant deletedAt) {
    public boolean isOwnedBy(@Nullable String project) {
        return project != null && project.equals(values.owner());
    }
}
