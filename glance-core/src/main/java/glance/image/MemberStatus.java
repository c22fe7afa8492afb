package glance.image;

import glance.error.GlanceException;
import java.util.Locale;

/** What a member project said to a shared image. */
public enum MemberStatus {
    PENDING,
    ACCEPTED,
    REJECTED;

    private final String wire = name().toLowerCase(Locale.ROOT);

    public String wire() {
        return wire;
    }

    public static MemberStatus parse(String text) {
        for (MemberStatus status : values()) {
            if (status.wire.equals(text)) {
                return status;
            }
        }
        throw new GlanceException.InvalidRequest("Invalid member status: '" + text + "'");
    }
}
