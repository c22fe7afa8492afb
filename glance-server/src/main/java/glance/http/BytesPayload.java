package glance.http;

import glance.store.Payload;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.OptionalLong;

/** Bytes in memory as a payload. */
@SuppressWarnings("ArrayRecordComponent") // lives for one answer and is never compared
record BytesPayload(byte[] content) implements Payload {
    @Override
    public OptionalLong length() {
        return OptionalLong.of(content.length);
    }

    @Override
    public long transferTo(WritableByteChannel sink) throws IOException {
        return sink.write(ByteBuffer.wrap(content));
    }

    @Override
    public void close() {
        // Nothing is held.
    }
}
