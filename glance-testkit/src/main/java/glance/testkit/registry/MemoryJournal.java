package glance.testkit.registry;

import glance.image.DataIntent;
import glance.image.DataJournal;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/** Open entries in the order they were opened, each with the last sign of life of its worker. */
final class MemoryJournal implements DataJournal {
    private final Object lock;
    private final InstantSource clock;
    private final SequencedMap<DataIntent, Instant> renewedAt = new LinkedHashMap<>();

    MemoryJournal(Object lock, InstantSource clock) {
        this.lock = lock;
        this.clock = clock;
    }

    /** Under the lock of the caller's transaction. */
    void open(DataIntent intent) {
        renewedAt.put(intent, clock.instant());
    }

    /** Under the lock of the caller's transaction. */
    boolean isOpen(DataIntent intent) {
        return renewedAt.containsKey(intent);
    }

    @Override
    public List<DataIntent> abandoned(String worker, Duration lease) {
        synchronized (lock) {
            Instant limit = clock.instant().minus(lease);
            return renewedAt.entrySet().stream()
                    .filter(entry -> entry.getKey().worker().equals(worker)
                            || entry.getValue().isBefore(limit))
                    .map(entry -> entry.getKey())
                    .toList();
        }
    }

    @Override
    public List<DataIntent> open() {
        synchronized (lock) {
            return List.copyOf(renewedAt.keySet());
        }
    }

    @Override
    public void renew(String worker) {
        synchronized (lock) {
            Instant now = clock.instant();
            renewedAt.replaceAll((intent, former) -> intent.worker().equals(worker) ? now : former);
        }
    }

    @Override
    public void close(DataIntent intent) {
        synchronized (lock) {
            renewedAt.remove(intent);
        }
    }
}
