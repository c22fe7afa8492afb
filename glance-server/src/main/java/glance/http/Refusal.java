package glance.http;

import java.io.IOException;

/**
 * A request the engine itself turns away, or a body it gave up on. Status 0: there is nobody left to answer.
 */
final class Refusal extends IOException {
    private static final long serialVersionUID = 1L;

    private final int status;

    Refusal(int status, String reason) {
        super(reason);
        this.status = status;
    }

    /** The same, seen from the thread that now meets it. */
    Refusal(Refusal first) {
        super(first.getMessage(), first);
        this.status = first.status;
    }

    static Refusal peerGone() {
        return new Refusal(0, "the client closed the connection");
    }

    int status() {
        return status;
    }
}
