package glance.store;

/** What a store can do. Anything else throws {@link StoreException.Unsupported}. */
public enum Capability {
    READ,
    READ_RANGE,
    WRITE,
    DELETE,
    /** Delete may be refused because something still uses the data (RBD clones). */
    IN_USE
}
