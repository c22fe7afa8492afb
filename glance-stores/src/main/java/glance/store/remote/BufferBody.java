package glance.store.remote;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.OptionalLong;

/** A body that is all in memory already; leaves the buffer as it is, for another try. */
public record BufferBody(ByteBuffer bytes) implements StoreHttp.Body {
    private static final int STEP_BYTES = 64 * 1024;

    @Override
    public OptionalLong length() {
        return OptionalLong.of(bytes.remaining());
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
        write(bytes.duplicate(), out);
    }

    /** The same bytes to be read, as often as asked for. */
    public InputStream asStream() {
        ByteBuffer left = bytes.duplicate();
        return new InputStream() {
            @Override
            public int read() {
                return left.hasRemaining() ? left.get() & 0xff : -1;
            }

            @Override
            public int read(byte[] into, int offset, int length) {
                if (length > 0 && !left.hasRemaining()) {
                    return -1;
                }
                int count = Math.min(length, left.remaining());
                left.get(into, offset, count);
                return count;
            }
        };
    }

    /** Writes all of {@code source}. */
    static void write(ByteBuffer source, OutputStream out) throws IOException {
        if (source.hasArray()) {
            out.write(source.array(), source.arrayOffset() + source.position(), source.remaining());
            source.position(source.limit());
            return;
        }
        byte[] step = new byte[Math.min(STEP_BYTES, source.remaining())];
        while (source.hasRemaining()) {
            int count = Math.min(step.length, source.remaining());
            source.get(step, 0, count);
            out.write(step, 0, count);
        }
    }
}
