package glance.store;

/** A slice of image data: {@code length} bytes from {@code offset}. */
public record ByteRange(long offset, long length) {
    public ByteRange {
        if (offset < 0 || length < 0) {
            throw new IllegalArgumentException("range " + offset + "+" + length);
        }
    }

    /** All of {@code size} bytes. */
    public static ByteRange whole(long size) {
        return new ByteRange(0, size);
    }
}
