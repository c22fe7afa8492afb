package glance.image;

import glance.store.Health;

/** The metadata store: embedded SQL or a remote registry; callers cannot tell which. */
public interface Registry extends AutoCloseable {
    ImageRepository images();

    MemberRepository members();

    DataJournal journal();

    /** Cheap: does one query answer? */
    Health health();

    @Override
    void close();
}
