package glance.image;

import glance.error.GlanceException;
import java.util.Locale;

/** Who sees an image without being its owner. */
public enum Visibility {
    PUBLIC,
    PRIVATE,
    SHARED,
    COMMUNITY;

    private final String wire = name().toLowerCase(Locale.ROOT);

    public String wire() {
        return wire;
    }

    public static Visibility parse(String text) {
        for (Visibility visibility : values()) {
            if (visibility.wire.equals(text)) {
                return visibility;
            }
        }
        throw new GlanceException.InvalidRequest("Invalid visibility value: '" + text + "'");
    }
}
