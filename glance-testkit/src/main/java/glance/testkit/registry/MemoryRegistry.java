package glance.testkit.registry;

import glance.image.DataJournal;
import glance.image.ImageRepository;
import glance.image.MemberRepository;
import glance.image.Registry;
import glance.store.Health;
import java.time.InstantSource;

/**
 * A registry in the heap, for unit tests: keeps every promise of the ports but durability. Thread-safe; one lock, held
 * by every call.
 */
public final class MemoryRegistry implements Registry {
    private final MemoryImages images;
    private final MemoryMembers members;
    private final MemoryJournal journal;

    public MemoryRegistry(InstantSource clock) {
        Object lock = new Object();
        journal = new MemoryJournal(lock, clock);
        members = new MemoryMembers(lock, clock);
        images = new MemoryImages(lock, clock, members, journal);
        members.of(images);
    }

    /** On the system's clock. */
    public MemoryRegistry() {
        this(InstantSource.system());
    }

    @Override
    public ImageRepository images() {
        return images;
    }

    @Override
    public MemberRepository members() {
        return members;
    }

    @Override
    public DataJournal journal() {
        return journal;
    }

    @Override
    public Health health() {
        return Health.ok();
    }

    @Override
    public void close() {}
}
