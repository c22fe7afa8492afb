package glance.image;

import glance.auth.Caller;
import glance.error.GlanceException;

/** Anonymous callers may look and never change; refused before policy is asked. */
final class ReadOnly {
    private ReadOnly() {}

    static void refuse(Caller caller) {
        if (caller.readOnly()) {
            throw new GlanceException.Forbidden("An anonymous caller cannot change anything.");
        }
    }
}
