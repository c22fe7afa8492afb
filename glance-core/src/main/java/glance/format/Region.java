package glance.format;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The bytes of a stream from {@code offset}, at most {@code limit} of them, kept as they pass. Memory grows with what really
 * came, never with what a header claims.
 */
final class Region {
    private static final int FIRST_BYTES = 512;

    private final long offset;
    private final int limit;
    private byte[] bytes = new byte[0];
    private int count;

    Region(long offset, int limit) {
        this.offset = offset;
        this.limit = limit;
    }

    /** Keeps what belongs here of the {@code piece} that stands at {@code position} of the stream. */
    void accept(ByteBuffer piece, long position) {
        long next = offset + count;
        if (count == limit || next < position || next >= position + piece.remaining()) {
            return;
        }
        int from = piece.position() + (int) (next - position);
        int length = Math.min(limit - count, piece.limit() - from);
        if (count + length > bytes.length) {
            int doubled = Math.max(FIRST_BYTES, bytes.length * 2);
            bytes = Arrays.copyOf(bytes, Math.min(limit, Math.max(doubled, count + length)));
        }
        piece.get(from, bytes, count, length);
        count += length;
    }

    /** Keeps what another region of the same offset has. */
    void accept(Region other) {
        accept(ByteBuffer.wrap(other.bytes, 0, other.count), other.offset);
    }

    boolean has(int length) {
        return count >= length;
    }

    boolean isComplete() {
        return count == limit;
    }

    int count() {
        return count;
    }

    boolean startsWith(int at, int... expected) {
        if (!has(at + expected.length)) {
            return false;
        }
        for (int i = 0; i < expected.length; i++) {
            if (u8(at + i) != expected[i]) {
                return false;
            }
        }
        return true;
    }

    boolean startsWith(int at, String ascii) {
        return startsWith(at, ascii.chars().toArray());
    }

    int u8(int at) {
        return bytes[at] & 0xFF;
    }

    int u16le(int at) {
        return u8(at) | u8(at + 1) << 8;
    }

    int u16be(int at) {
        return u8(at) << 8 | u8(at + 1);
    }

    long u32le(int at) {
        return u16le(at) | (long) u16le(at + 2) << 16;
    }

    long u32be(int at) {
        return (long) u16be(at) << 16 | u16be(at + 2);
    }

    /** 64 bits; negative when above {@link Long#MAX_VALUE}. */
    long u64le(int at) {
        return u32le(at) | u32le(at + 4) << 32;
    }

    /** 64 bits; negative when above {@link Long#MAX_VALUE}. */
    long u64be(int at) {
        return u32be(at) << 32 | u32be(at + 4);
    }

    boolean isZero(int from, int length) {
        for (int i = from; i < from + length; i++) {
            if (bytes[i] != 0) {
                return false;
            }
        }
        return true;
    }

    /** The text before the first NUL; bytes above 127 are kept apart from every ASCII character. */
    String text() {
        int end = 0;
        while (end < count && bytes[end] != 0) {
            end++;
        }
        return new String(bytes, 0, end, StandardCharsets.ISO_8859_1);
    }
}
