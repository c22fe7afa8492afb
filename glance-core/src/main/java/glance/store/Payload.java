package glance.store;

import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.util.OptionalLong;

/** Bytes on their way: a request body, a stored image, a cached copy, a web download. Single use, one thread. */
public interface Payload extends AutoCloseable {
    /** Bytes, when known before reading. */
    OptionalLong length();

    /**
     * Pours everything into {@code sink}, blocking the (virtual) thread for back-pressure. A buffer passed to
     * {@code sink.write} is valid only during that call, and the sink consumes it whole.
     *
     * @return bytes moved
     * @throws IOException the source's own failures, and the sink's unchanged
     */
    long transferTo(WritableByteChannel sink) throws IOException;

    /** From another thread too: then a transfer that waits for its source fails. */
    @Override
    void close();
}
