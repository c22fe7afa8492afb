package glance.image;

import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which images' data this process is working on: an upload and the mending of what a crash left take turns, so that a
 * journal entry of this process belongs to at most one of them at a time. Between processes the registry decides.
 * Thread-safe; nothing waits here.
 */
public final class DataTurns {
    private final Set<ImageId> taken = ConcurrentHashMap.newKeySet();

    /** The turn on one image, until closed. */
    public final class Turn implements AutoCloseable {
        private final ImageId image;

        private Turn(ImageId image) {
            this.image = image;
        }

        @Override
        public void close() {
            taken.remove(image);
        }
    }

    /** The turn, unless somebody has it. */
    public Optional<Turn> tryTake(ImageId image) {
        return taken.add(image) ? Optional.of(new Turn(image)) : Optional.empty();
    }
}
