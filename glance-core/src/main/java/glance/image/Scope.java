package glance.image;

import glance.auth.Caller;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Which images a caller can reach at all, before policy: administrators all, others by owner, visibility, membership. */
public record Scope(boolean admin, @Nullable String project) {
    /** Reaches everything: internal work after acceptance, and administrators. */
    public static final Scope EVERYTHING = new Scope(true, null);

    public static Scope of(Caller caller) {
        return new Scope(caller.admin(), caller.projectId());
    }

    /**
     * Whether the image can be reached by its id; lists are narrower.
     *
     * @param member whether the project is a live member, in any status; asked only when it decides
     */
    public boolean reaches(Image image, BooleanSupplier member) {
        return admin
                || image.owner() == null
                || image.isOwnedBy(project)
                || switch (image.visibility()) {
                    case PUBLIC, COMMUNITY -> true;
                    case SHARED -> project != null && member.getAsBoolean();
                    case PRIVATE -> false;
                };
    }
}
