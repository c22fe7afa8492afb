package glance.error;

import org.jspecify.annotations.Nullable;

/**
 * A refusal or failure that a client may be told. The message names the thing and the limit, quotes user input safely
 * and holds no secret; a backend's own wording belongs to the cause.
 */
public abstract sealed class GlanceException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private GlanceException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** The message, never null here. */
    public String reason() {
        return String.valueOf(getMessage());
    }

    /** Malformed or invalid input. */
    public static final class InvalidRequest extends GlanceException {
        private static final long serialVersionUID = 1L;

        public InvalidRequest(String message) {
            super(message, null);
        }

        public InvalidRequest(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** No valid identity. */
    public static final class Unauthenticated extends GlanceException {
        private static final long serialVersionUID = 1L;

        public Unauthenticated(String message) {
            super(message, null);
        }
    }

    /** Visible to the caller, but not allowed. */
    public static final class Forbidden extends GlanceException {
        private static final long serialVersionUID = 1L;

        public Forbidden(String message) {
            super(message, null);
        }
    }

    /** Absent, deleted or not visible: one answer. */
    public static final class NotFound extends GlanceException {
        private static final long serialVersionUID = 1L;

        public NotFound(String message) {
            super(message, null);
        }
    }

    /** The state of the thing does not allow it now. */
    public static final class Conflict extends GlanceException {
        private static final long serialVersionUID = 1L;

        public Conflict(String message) {
            super(message, null);
        }

        public Conflict(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** The image vanished under the request, or its store does not accept writes. */
    public static final class Gone extends GlanceException {
        private static final long serialVersionUID = 1L;

        public Gone(String message) {
            super(message, null);
        }

        public Gone(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** A quota or size limit. */
    public static final class LimitExceeded extends GlanceException {
        private static final long serialVersionUID = 1L;

        public LimitExceeded(String message) {
            super(message, null);
        }

        public LimitExceeded(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** A media type this route does not take, or content that is not what it claims to be. */
    public static final class UnsupportedMedia extends GlanceException {
        private static final long serialVersionUID = 1L;

        public UnsupportedMedia(String message) {
            super(message, null);
        }
    }

    /** A range that the data cannot satisfy. */
    public static final class RangeNotSatisfiable extends GlanceException {
        private static final long serialVersionUID = 1L;

        public RangeNotSatisfiable(String message) {
            super(message, null);
        }
    }

    /** A request header longer than its limit. */
    public static final class HeaderTooLarge extends GlanceException {
        private static final long serialVersionUID = 1L;

        public HeaderTooLarge(String message) {
            super(message, null);
        }
    }

    /** Something we depend on does not answer now; the same request may succeed later. */
    public static final class Unavailable extends GlanceException {
        private static final long serialVersionUID = 1L;

        public Unavailable(String message) {
            super(message, null);
        }

        public Unavailable(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
