package glance.store;

import java.time.Instant;

/** A store that can tell everything it holds. An ability of its own, since some stores are read by URL alone. */
public interface Inventory {
    /**
     * Complete data found in the store.
     *
     * @param name the image's id, as far as the store's layout tells it
     * @param size bytes
     * @param modifiedAt when it was last written
     */
    record Stored(StoreLocation location, String name, long size, Instant modifiedAt) {}

    /** Takes one after the other. */
    @FunctionalInterface
    interface Visitor {
        void visit(Stored stored) throws StoreException;
    }

    /**
     * Visits all complete data, in no order; what is being written is left out, and what comes or goes meanwhile may or may
     * not be visited.
     */
    void visitAll(Visitor visitor) throws StoreException;
}
