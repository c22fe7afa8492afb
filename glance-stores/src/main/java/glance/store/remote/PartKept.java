package glance.store.remote;

import glance.store.StoreException;
import java.io.IOException;

/**
 * A part's transfer has failed, yet its memory is still somebody's who reads or writes it: native code that has not answered. So
 * the memory is not used again; who threw this keeps it from being freed.
 */
public final class PartKept extends IOException {
    private static final long serialVersionUID = 1L;

    private final StoreException failure;

    /**
     * @param failure what is told of the transfer
     */
    public PartKept(StoreException failure) {
        super(failure.getMessage(), failure);
        this.failure = failure;
    }

    public StoreException failure() {
        return failure;
    }
}
