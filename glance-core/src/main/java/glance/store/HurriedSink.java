package glance.store;

import java.nio.channels.WritableByteChannel;

/**
 * A sink that waits for all of its data until a point in time only. A {@link Payload} that comes from a client gives up then, be
 * it in the middle of a wait; every other payload takes no notice.
 */
public interface HurriedSink extends WritableByteChannel {
    /** Of {@link System#nanoTime()}. */
    long deadlineNanos();
}
