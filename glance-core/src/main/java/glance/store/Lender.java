package glance.store;

/**
 * A store whose data others may build upon, so that it cannot be removed while they do (clones of an RBD image). An ability of
 * its own: elsewhere data is nobody else's. {@link Capability#IN_USE} says that a store has it.
 */
public interface Lender {
    /**
     * Makes sure that nobody uses the data, and that nobody begins to; it can still be read. Before its record goes, so that a
     * refusal leaves the image whole. Twice is no error, nor is data that is not there.
     *
     * @throws StoreException.InUse when somebody uses it; nothing has changed then
     */
    void reclaim(StoreLocation location) throws StoreException;

    /** Undoes {@link #reclaim}, when the record stays after all. */
    void lendAgain(StoreLocation location) throws StoreException;
}
