package glance.format;

import java.nio.ByteBuffer;
import java.util.List;

/** One format's view of a stream. Reads only regions it has checked to be there. Single use, one thread. */
abstract class Inspector {
    private final String format;

    Inspector(String format) {
        this.format = format;
    }

    /** The {@code disk_format} it recognises. */
    final String format() {
        return format;
    }

    /**
     * Looks at a piece beyond what {@code head} keeps.
     *
     * @param head the stream's beginning, this piece included
     */
    void accept(ByteBuffer piece, long position, Region head) {}

    /** Whether later pieces can still matter. */
    boolean wantsMore() {
        return false;
    }

    /** Whether the data is of this format, as far as can be told at the end of the stream. */
    abstract boolean matches(Region head);

    /** Whether every region the safety checks need has come. */
    boolean isComplete() {
        return true;
    }

    /**
     * Bytes of the disk inside; 0 or less when unknown.
     *
     * @param size bytes of the stream
     */
    abstract long virtualSize(Region head, long size);

    /** Names of the safety checks that do not hold. */
    List<String> failedChecks(Region head) {
        return List.of();
    }
}
