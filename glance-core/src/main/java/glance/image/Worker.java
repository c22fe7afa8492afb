package glance.image;

import glance.fault.FailPoints;

/**
 * This process, as those who move image data see it: one instance, shared by uploads and {@link Recovery}.
 *
 * @param name its name in the journal: the same after a restart, different from every other process's on the same registry
 */
public record Worker(String name, DataTurns turns, FailPoints failPoints) {
    public Worker(String name, FailPoints failPoints) {
        this(name, new DataTurns(), failPoints);
    }
}
