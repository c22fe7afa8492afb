package glance.store.remote;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Where parts go. */
@FunctionalInterface
public interface PartTarget {
    /**
     * Stores one part, blocking; several threads at once, in any order.
     *
     * @param number from 1
     * @param part all between position and limit; may be read again from its position for a repetition, and not after the return
     */
    void put(int number, ByteBuffer part) throws IOException;
}
