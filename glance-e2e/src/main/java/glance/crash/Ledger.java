package glance.crash;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * What the server has acknowledged, and what it was asked last without an answer. One writer at a time holds an entry
 * ({@link #claim}); readers may look at any time. Thread-safe.
 */
final class Ledger {
    /** One image. {@link #sure} is acknowledged; {@link #asked}, when not null, may have happened as well. */
    static final class Entry {
        final String id;
        private volatile ImageState sure;
        private volatile @Nullable ImageState asked;
        private boolean claimed;

        private Entry(String id, ImageState sure) {
            this.id = id;
            this.sure = sure;
        }

        ImageState sure() {
            return sure;
        }

        @Nullable
        ImageState asked() {
            return asked;
        }

        /** Notes a request before it is sent. */
        void ask(ImageState next) {
            asked = next;
        }

        /** The last request was answered with success. */
        void acknowledge() {
            ImageState next = asked;
            if (next != null) {
                sure = next;
                asked = null;
            }
        }

        /** The truth was looked up: the last request happened, or did not. */
        void settle(ImageState truth) {
            sure = truth;
            asked = null;
        }
    }

    private final Map<String, Entry> entries = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<String> violations = new ConcurrentLinkedQueue<>();

    /** A new entry, held by the caller. */
    Entry add(String id) {
        Entry entry = new Entry(id, ImageState.GONE);
        entry.claimed = true;
        entries.put(id, entry);
        return entry;
    }

    /** Holds some entry nobody holds; null when there is none. */
    @Nullable
    Entry claim(Random random) {
        List<Entry> all = new ArrayList<>(entries.values());
        for (int tries = 0; tries < 8 && !all.isEmpty(); tries++) {
            Entry entry = all.get(random.nextInt(all.size()));
            synchronized (entry) {
                if (!entry.claimed && entry.asked == null && entries.containsKey(entry.id)) {
                    entry.claimed = true;
                    return entry;
                }
            }
        }
        return null;
    }

    /** Lets go of an entry; one that is certainly gone is forgotten. */
    void release(Entry entry) {
        synchronized (entry) {
            entry.claimed = false;
            if (entry.asked == null && !entry.sure.exists()) {
                entries.remove(entry.id);
            }
        }
    }

    @Nullable
    Entry find(String id) {
        return entries.get(id);
    }

    Collection<Entry> entries() {
        return List.copyOf(entries.values());
    }

    int size() {
        return entries.size();
    }

    void violated(String what) {
        violations.add(what);
    }

    List<String> violations() {
        return List.copyOf(violations);
    }
}
