package glance.store.swift;

import java.io.IOException;
import java.time.Instant;

/** With whose rights, and in which account, the object storage is called. Thread-safe. */
interface SwiftSession {
    /**
     * A token and where it leads.
     *
     * @param storage URL of the account, without a slash at its end
     */
    record Grant(String token, String storage, Instant end) {
        @Override
        public String toString() {
            return "grant for " + storage;
        }
    }

    /** A grant that is good for a while yet, as far as that is known. */
    Grant grant() throws IOException;

    /** The store refused {@code stale}: the next {@link #grant} is another one where that is possible. */
    void forget(Grant stale);

    /** The transfer this was made for is over. More than once is no error; sessions that many share do nothing. */
    default void end() {}
}
