package glance.store;

/** The configured name of a store, as clients see it. In single-store mode the id is the store's scheme. */
public record StoreId(String value) {
    public StoreId {
        if (value.isEmpty()) {
            throw new IllegalArgumentException("store id is empty");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
