package glance.store.rbd;

import java.nio.ByteBuffer;

/** Looks for objects that hold nothing but zeros. */
final class Zeros {
    private static final ByteBuffer PAGE = ByteBuffer.allocateDirect(64 * 1024).asReadOnlyBuffer();

    private Zeros() {}

    /** Whether all {@code length} bytes from {@code start} are zero; positions do not matter. */
    static boolean only(ByteBuffer bytes, int start, int length) {
        for (int done = 0; done < length; done += PAGE.capacity()) {
            int piece = Math.min(PAGE.capacity(), length - done);
            if (bytes.slice(start + done, piece).mismatch(PAGE.slice(0, piece)) >= 0) {
                return false;
            }
        }
        return true;
    }
}
