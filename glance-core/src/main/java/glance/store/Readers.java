package glance.store;

import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/** Who may read data beside those whose account it is in. */
public sealed interface Readers {
    /** Every project of the cloud. */
    record Everybody() implements Readers {}

    /** These projects, by id; possibly none. In order, so that the same readers make the same list. */
    record Projects(SortedSet<String> ids) implements Readers {
        public Projects {
            ids = Collections.unmodifiableSortedSet(new TreeSet<>(ids));
        }
    }
}
