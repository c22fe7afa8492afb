package glance.image;

import glance.auth.Caller;
import glance.error.GlanceException;

/** Anonymous callers may look and never change; refused before policy is asked. */
public final class ReadOnly {
    private ReadOnly() {}

    /** @throws GlanceException.Forbidden when the caller is one */
    public static void refuse(Caller caller) {
        if (caller.readOnly()) {
            throw new GlanceException.Forbidden("An anonymous caller cannot change anything.");
        }
    }
}
