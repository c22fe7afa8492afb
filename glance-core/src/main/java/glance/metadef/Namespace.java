package glance.metadef;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A namespace as recorded.
 *
 * @param id the row's
 * @param updatedAt null in rows of operators' files until the first change
 */
public record Namespace(
        long id,
        NamespaceValues values,
        Instant createdAt,
        @Nullable Instant updatedAt) {
    public String name() {
        return values.name();
    }

    /** Whether somebody of this project sees it; administrators see all. */
    public boolean isVisibleTo(@Nullable String project) {
        return values.isPublic() || isOwnedBy(project);
    }

    public boolean isOwnedBy(@Nullable String project) {
        return project != null && project.equals(values.owner());
    }
}
