package glance.store.remote;

import glance.store.ByteRange;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/** Reads slices of one object in a remote store; several threads at once. */
public interface RangeReader {
    /** Fills {@code into} with the bytes from {@code offset}, or fails. */
    void read(long offset, ByteBuffer into) throws IOException;

    /** Pours {@code range} into {@code sink} with little memory, as fast as one request goes. */
    void stream(ByteRange range, WritableByteChannel sink) throws IOException;
}
