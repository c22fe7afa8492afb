package glance.fault;

import java.io.IOException;

/** Passes named {@link FailPoint}s. The production instance is {@link #INERT}; tests and the crash campaign arm others. */
@FunctionalInterface
public interface FailPoints {
    /** Does nothing, at every point. */
    FailPoints INERT = point -> {};

    /**
     * Called by the code at {@code point}. May return, block, throw, or halt the process.
     *
     * @throws IOException as a broken device or connection would at that place
     */
    void pass(FailPoint point) throws IOException;
}
