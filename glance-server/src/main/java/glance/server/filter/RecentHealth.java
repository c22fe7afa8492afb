package glance.server.filter;

import glance.store.Health;
import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A part's health, looked at once a second at most: a look may write to a store and ask a database, and anybody may ask for it, any number
 * of times. Thread-safe; who asks during a look waits for it.
 */
public final class RecentHealth implements Supplier<Health> {
    private static final long FRESH = Duration.ofSeconds(1).toNanos();

    private final Supplier<Health> look;
    private final LongSupplier nanoTime;
    private @Nullable Health last;
    private long seen;

    public RecentHealth(Supplier<Health> look) {
        this(look, System::nanoTime);
    }

    RecentHealth(Supplier<Health> look, LongSupplier nanoTime) {
        this.look = look;
        this.nanoTime = nanoTime;
    }

    @Override
    public synchronized Health get() {
        Health health = last;
        if (health == null || nanoTime.getAsLong() - seen > FRESH) {
            health = look.get();
            last = health;
            seen = nanoTime.getAsLong();
        }
        return health;
    }
}
