package glance.testkit.store;

import glance.store.Payload;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.OptionalLong;

/**
 * Bytes in memory as a payload, handed over in pieces through one direct buffer that is overwritten after every write, as a
 * network's is: a sink that keeps the buffer shows.
 */
public final class BytesPayload implements Payload {
    private final byte[] bytes;
    private final int pieceBytes;
    private final OptionalLong length;

    private BytesPayload(byte[] bytes, int pieceBytes, OptionalLong length) {
        this.bytes = bytes.clone();
        this.pieceBytes = pieceBytes;
        this.length = length;
    }

    /** Of known length, in pieces of 8 KiB. */
    public static BytesPayload of(byte[] bytes) {
        return new BytesPayload(bytes, 8192, OptionalLong.of(bytes.length));
    }

    /** The same without telling its length. */
    public BytesPayload ofUnknownLength() {
        return new BytesPayload(bytes, pieceBytes, OptionalLong.empty());
    }

    @Override
    public OptionalLong length() {
        return length;
    }

    @Override
    public long transferTo(WritableByteChannel sink) throws IOException {
        ByteBuffer piece = ByteBuffer.allocateDirect(Math.max(1, Math.min(pieceBytes, bytes.length)));
        for (int from = 0; from < bytes.length; ) {
            int count = Math.min(piece.capacity(), bytes.length - from);
            piece.clear().put(bytes, from, count).flip();
            while (piece.hasRemaining()) {
                sink.write(piece);
            }
            from += count;
        }
        return bytes.length;
    }

    @Override
    public void close() {}
}
