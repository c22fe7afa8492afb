package glance.image;

import glance.auth.Caller;
import org.jspecify.annotations.Nullable;

/** Which images a caller can reach at all, before policy: administrators all, others by owner, visibility, membership. */
public record Scope(boolean admin, @Nullable String project) {
    /** Reaches everything: internal work after acceptance, and administrators. */
    public static final Scope EVERYTHING = new Scope(true, null);

    public static Scope of(Caller caller) {
        return new Scope(caller.admin(), caller.projectId());
    }
}
