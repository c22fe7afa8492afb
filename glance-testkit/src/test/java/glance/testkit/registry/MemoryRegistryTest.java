package glance.testkit.registry;

import java.time.Instant;

class MemoryRegistryTest implements RegistryContract {
    private final SettableClock clock = new SettableClock(Instant.parse("2026-01-02T03:04:05.678901Z"));
    private final MemoryRegistry registry = new MemoryRegistry(clock);

    @Override
    public MemoryRegistry registry() {
        return registry;
    }

    @Override
    public SettableClock clock() {
        return clock;
    }
}
