package glance.store.http;

import glance.fetch.Fetcher.Fetched;
import glance.store.HurriedSink;
import glance.store.Payload;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.OptionalLong;

/** As many bytes of an answer as were asked for; what a server sends beyond is not read. All there are when none were. */
final class HttpPayload implements Payload {
    private static final int CHUNK_BYTES = 128 << 10;

    private final Fetched answer;
    private final InputStream body;
    private final OptionalLong length;

    HttpPayload(Fetched answer, InputStream body, OptionalLong length) {
        this.answer = answer;
        this.body = body;
        this.length = length;
    }

    @Override
    public OptionalLong length() {
        return length;
    }

    @Override
    public long transferTo(WritableByteChannel sink) throws IOException {
        long wanted = length.orElse(Long.MAX_VALUE);
        byte[] chunk = new byte[(int) Math.min(CHUNK_BYTES, Math.max(1, wanted))];
        long moved = 0;
        while (moved < wanted) {
            if (sink instanceof HurriedSink hurried && hurried.patienceNanos() <= 0) {
                throw new IOException("the web server sends too slowly");
            }
            int count = body.read(chunk, 0, (int) Math.min(chunk.length, wanted - moved));
            if (count < 0 && length.isEmpty()) {
                return moved;
            }
            if (count < 0) {
                throw new EOFException("the web server sent " + moved + " of " + wanted + " bytes");
            }
            ByteBuffer part = ByteBuffer.wrap(chunk, 0, count);
            while (part.hasRemaining()) {
                sink.write(part);
            }
            moved += count;
        }
        return moved;
    }

    @Override
    public void close() {
        answer.close();
    }
}
