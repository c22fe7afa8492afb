package glance.image;

import java.time.Duration;
import java.util.List;

/** The open {@link DataIntent}s. Opened and closed inside {@link ImageRepository} transactions, or closed here. */
public interface DataJournal {
    /** Open entries of {@code worker}, and of any worker that has not renewed within {@code lease}; oldest first. */
    List<DataIntent> abandoned(String worker, Duration lease);

    /** All open entries, oldest first. */
    List<DataIntent> open();

    /** The open entries of one image, oldest first. */
    default List<DataIntent> open(ImageId image) {
        return open().stream().filter(intent -> intent.image().equals(image)).toList();
    }

    /** Says that {@code worker} is alive: its open entries are not abandoned. */
    void renew(String worker);

    /**
     * Closes an entry; an absent one is no error. Closing a {@code DISCARD} entry says that its data is gone: a location that
     * awaited its removal (see {@link RetiredImages}) does so no more.
     */
    void close(DataIntent intent);
}
