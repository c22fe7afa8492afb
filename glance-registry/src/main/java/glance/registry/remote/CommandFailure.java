package glance.registry.remote;

/** A command that failed in a way upstream's clients tell apart by the class of its error. */
public final class CommandFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String errorClass;

    /**
     * @param errorClass with its module, e.g. {@code glance.common.exception.Duplicate}
     */
    public CommandFailure(String errorClass, String message) {
        super(message);
        this.errorClass = errorClass;
    }

    /** A class of upstream's own exceptions. */
    public static CommandFailure of(String name, String message) {
        return new CommandFailure("glance.common.exception." + name, message);
    }

    public String errorClass() {
        return errorClass;
    }

    /** The message, never null here. */
    public String reason() {
        return String.valueOf(getMessage());
    }
}
