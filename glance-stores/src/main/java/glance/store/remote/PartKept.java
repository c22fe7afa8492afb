package glance.store.remote;

import glance.store.StoreException;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;

/**
 * A part's transfer has failed, yet its memory is still somebody's who reads or writes it: native code that has not answered. So
 * the memory is not used again; who threw this keeps it from being freed.
 */
public final class PartKept extends IOException {
    private static final long serialVersionUID = 1L;

    private final StoreException failure;
    private final transient CompletableFuture<?> over;

    /**
     * @param failure what is told of the transfer
     * @param over complete when nobody uses the memory any more
     */
    public PartKept(StoreException failure, CompletableFuture<?> over) {
        super(failure.getMessage(), failure);
        this.failure = failure;
        this.over = over;
    }

    CompletableFuture<?> over() {
        return over;
    }

    public StoreException failure() {
        return failure;
    }
}
