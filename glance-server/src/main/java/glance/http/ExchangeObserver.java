package glance.http;

/**
 * Told of every request once it is over, also of those the engine answered itself. Called on an I/O thread: it must be
 * quick, must not block, and must not throw.
 */
@FunctionalInterface
public interface ExchangeObserver {
    /** Watches nothing. */
    ExchangeObserver NONE = exchange -> {};

    void finished(FinishedExchange exchange);
}
