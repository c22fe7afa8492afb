package glance.store.rbd;

import glance.store.StoreException;

/** A call that librados or librbd answered with an error number, the same as Linux's. */
final class CephError extends Exception {
    private static final long serialVersionUID = 1L;

    static final int NOT_PERMITTED = 1;
    static final int MISSING = 2;
    static final int NO_ACCESS = 13;
    static final int BUSY = 16;
    static final int EXISTS = 17;
    static final int INVALID = 22;
    static final int NO_SPACE = 28;
    static final int OUT_OF_RANGE = 34;
    static final int NOT_EMPTY = 39;
    /** Also what a client sees that the cluster has put on its blocklist. */
    static final int SHUT_DOWN = 108;

    static final int NOT_CONNECTED = 107;
    static final int OVER_QUOTA = 122;

    private final int number;

    CephError(String call, int number) {
        super(call + " was answered with error " + number);
        this.number = number;
    }

    /** Positive. */
    int number() {
        return number;
    }

    boolean is(int expected) {
        return number == expected;
    }

    /** Whether this connection is of no use any more, and another one may be. */
    boolean endsConnection() {
        return number == SHUT_DOWN || number == NOT_CONNECTED;
    }

    /** What it means for who asked, unless the call gives the number a meaning of its own. */
    StoreException whileDoing(String doing) {
        String message = doing + ": " + getMessage();
        StoreException told = switch (number) {
            case MISSING -> new StoreException.NotFound(message);
            case EXISTS -> new StoreException.AlreadyExists(message);
            case BUSY -> new StoreException.InUse(message);
            case NO_SPACE, OVER_QUOTA -> new StoreException.Full(message, this);
            case NOT_PERMITTED, NO_ACCESS -> new StoreException.Denied(message, this);
            default -> new StoreException.Unavailable(message, this);
        };
        if (told.getCause() == null) {
            told.addSuppressed(this);
        }
        return told;
    }
}
