package glance.config;

/**
 * Something the operator should know about a configuration that is nevertheless usable.
 *
 * @param message names file, line and option; never a value
 */
public record Finding(Kind kind, String message) {
    /** What was found. */
    public enum Kind {
        /** A former name is used; the message tells the present one. */
        DEPRECATED,
        /** No such option or section: perhaps a typing error. */
        UNKNOWN,
        /** A known option of the Image service that changes nothing here; the message says why. */
        WITHOUT_EFFECT,
        /** Something that is meant to be used with care only. */
        RISKY
    }

    @Override
    public String toString() {
        return message;
    }
}
