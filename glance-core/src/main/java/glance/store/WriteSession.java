package glance.store;

import java.io.IOException;

/** A write that becomes visible on commit. Closing without a commit erases every trace. One thread. */
public interface WriteSession<R> extends HurriedSink {
    /**
     * Makes the data durable and visible: synced, renamed, directory synced. Nothing may be written afterwards.
     *
     * @throws StoreException.OutcomeUnknown when the answer was lost and the data may or may not be there
     */
    R commit() throws IOException;

    /** For ever, unless it holds what others need. */
    @Override
    default long patienceNanos() {
        return Long.MAX_VALUE;
    }
}
