package glance.store.remote;

import glance.store.Payload;
import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.util.OptionalLong;

/**
 * A payload with something else that ends with it.
 *
 * @param after run when the payload has been closed, each time it is
 */
public record ClosingPayload(Payload payload, Runnable after) implements Payload {
    @Override
    public OptionalLong length() {
        return payload.length();
    }

    @Override
    public long transferTo(WritableByteChannel sink) throws IOException {
        return payload.transferTo(sink);
    }

    @Override
    public void close() {
        payload.close();
        after.run();
    }
}
