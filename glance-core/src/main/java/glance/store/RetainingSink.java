package glance.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/**
 * A sink that may read a buffer beyond the call, which spares it a copy. A {@link Payload} whose memory can wait offers it when
 * the sink is one of these; every other payload writes buffers that are good for the call only.
 */
public interface RetainingSink extends WritableByteChannel {
    /**
     * Takes all of {@code bytes}, whose content stays as it is until {@code release} has run.
     *
     * @param release run exactly once, by any thread, whatever happens; soon after the call at the latest
     */
    void write(ByteBuffer bytes, Runnable release) throws IOException;
}
