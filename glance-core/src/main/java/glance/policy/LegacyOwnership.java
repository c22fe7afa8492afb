package glance.policy;

import glance.auth.Caller;
import org.jspecify.annotations.Nullable;

/**
 * What releases before 2023.1 checked in code, beside their open rules: only owners change images. Applies while {@code
 * enforce_new_defaults} is false, to everybody but administrators.
 */
final class LegacyOwnership {
    private LegacyOwnership() {}

    /** Why the caller may not, or null. */
    static @Nullable String objection(Caller caller, Action action, Target target) {
        if (caller.admin()) {
            return null;
        }
        Object owner = target.value("owner");
        boolean owns = owner instanceof String project && project.equals(caller.projectId());
        return switch (action) {
            case ADD_IMAGE ->
                owns || (owner == null && caller.projectId() == null)
                        ? null
                        : "You are not permitted to create images owned by '" + owner + "'.";
            case MODIFY_IMAGE,
                    UPLOAD_IMAGE,
                    DELETE_IMAGE,
                    DEACTIVATE,
                    REACTIVATE,
                    SET_IMAGE_LOCATION,
                    DELETE_IMAGE_LOCATION,
                    ADD_MEMBER,
                    DELETE_MEMBER -> owns ? null : "You do not own this image";
            case MODIFY_MEMBER -> owns ? "The owner of an image cannot answer for its members" : null;
            default -> null;
        };
    }
}
