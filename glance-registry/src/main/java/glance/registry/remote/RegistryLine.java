package glance.registry.remote;

/** The way to the registry. Thread-safe. */
@FunctionalInterface
public interface RegistryLine extends AutoCloseable {
    /**
     * Posts a batch of commands and returns the batch of results. It is sent once: a write whose answer was lost may have
     * happened, and only its caller can tell.
     *
     * @param batch a JSON array, UTF-8
     * @throws glance.error.GlanceException.Unavailable when the registry does not answer, in time or with success
     */
    byte[] post(byte[] batch);

    @Override
    default void close() {}
}
