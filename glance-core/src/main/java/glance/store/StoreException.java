package glance.store;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A store's failure. Checked, so that each use case says what, say, a full disk means for it. */
public abstract sealed class StoreException extends IOException {
    private static final long serialVersionUID = 1L;

    private StoreException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** The store has no data there. */
    public static final class NotFound extends StoreException {
        private static final long serialVersionUID = 1L;

        public NotFound(String message) {
            super(message, null);
        }
    }

    /** Data for this image is already there. */
    public static final class AlreadyExists extends StoreException {
        private static final long serialVersionUID = 1L;

        public AlreadyExists(String message) {
            super(message, null);
        }
    }

    /** No room. */
    public static final class Full extends StoreException {
        private static final long serialVersionUID = 1L;

        public Full(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /** The store refuses our credentials or permissions. */
    public static final class Denied extends StoreException {
        private static final long serialVersionUID = 1L;

        public Denied(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /** The store cannot do this at all. */
    public static final class Unsupported extends StoreException {
        private static final long serialVersionUID = 1L;

        public Unsupported(String message) {
            super(message, null);
        }
    }

    /** Something still uses the data. */
    public static final class InUse extends StoreException {
        private static final long serialVersionUID = 1L;

        public InUse(String message) {
            super(message, null);
        }
    }

    /** The store does not answer now. */
    public static final class Unavailable extends StoreException {
        private static final long serialVersionUID = 1L;

        public Unavailable(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /** The answer was lost; the operation may have happened. Look, then decide. */
    public static final class OutcomeUnknown extends StoreException {
        private static final long serialVersionUID = 1L;

        public OutcomeUnknown(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }
}
