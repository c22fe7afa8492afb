package glance.image;

import glance.error.GlanceException;
import java.util.Locale;
import java.util.Set;

/** The image life cycle, whole: what may follow what. */
public enum ImageStatus {
    QUEUED,
    SAVING,
    UPLOADING,
    IMPORTING,
    ACTIVE,
    DEACTIVATED,
    PENDING_DELETE,
    KILLED,
    DELETED;

    private final String wire = name().toLowerCase(Locale.ROOT);

    public boolean canBecome(ImageStatus next) {
        return switch (this) {
            case QUEUED ->
                Set.of(SAVING, UPLOADING, IMPORTING, ACTIVE, KILLED, DELETED).contains(next);
            case SAVING -> Set.of(ACTIVE, QUEUED, KILLED, DELETED).contains(next);
            case UPLOADING -> Set.of(IMPORTING, QUEUED, DELETED).contains(next);
            case IMPORTING -> Set.of(ACTIVE, QUEUED, DELETED).contains(next);
            case ACTIVE -> Set.of(DEACTIVATED, PENDING_DELETE, DELETED).contains(next);
            // Upstream's table lacks DEACTIVATED -> PENDING_DELETE and so leaks data on delayed delete.
            case DEACTIVATED -> Set.of(ACTIVE, PENDING_DELETE, DELETED).contains(next);
            case PENDING_DELETE -> next == ACTIVE || next == DELETED;
            case KILLED -> next == DELETED;
            case DELETED -> false;
        };
    }

    /** Whether the image holds complete data. */
    public boolean hasData() {
        return this == ACTIVE || this == DEACTIVATED;
    }

    /** The lower-case text on the wire and in the database. */
    public String wire() {
        return wire;
    }

    /** Reads {@link #wire()} text. */
    public static ImageStatus parse(String text) {
        for (ImageStatus status : values()) {
            if (status.wire.equals(text)) {
                return status;
            }
        }
        throw new GlanceException.InvalidRequest("unknown image status '" + text + "'");
    }
}
