package glance.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;

/**
 * A sink that can also take a slice of a file without its bytes passing the heap ({@code sendfile}). A file-backed
 * {@link Payload} offers its range when the sink is one of these; every other payload writes buffers.
 */
public interface FileRangeSink extends WritableByteChannel {
    /**
     * Sends {@code length} bytes of {@code file} from {@code offset}; returns when all of them were handed to the peer's
     * connection. The file stays open until then; the caller closes it.
     *
     * @return bytes sent, always {@code length}
     * @throws IOException when the peer has gone, or the file is shorter than promised
     */
    long write(FileChannel file, long offset, long length) throws IOException;
}
