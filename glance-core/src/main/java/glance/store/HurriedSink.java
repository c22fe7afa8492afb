package glance.store;

import java.nio.channels.WritableByteChannel;

/**
 * A sink that does not wait for ever for its data. A {@link Payload} whose data somebody else sends gives up when the patience is
 * at its end, be it in the middle of a wait; every other payload takes no notice.
 */
public interface HurriedSink extends WritableByteChannel {
    /** Nanoseconds it still waits, none when not positive. May change by itself, so it is asked again every second of a wait. */
    long patienceNanos();
}
