package glance.client;

import org.jspecify.annotations.Nullable;

/** A failure the user can act on. Its message is one line, names the thing that failed and holds no secret. */
public sealed class ClientException extends RuntimeException permits HttpFailure {
    private static final long serialVersionUID = 1;

    public ClientException(String message) {
        super(message);
    }

    public ClientException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
