package glance.store.front;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import glance.auth.Caller;
import glance.image.ImageId;
import glance.store.ForwardingStore;
import glance.store.Readers;
import glance.store.Store;
import glance.store.StoreException;
import glance.store.StoreId;
import glance.store.StoreLocation;
import glance.store.TenantStore;
import glance.testkit.store.MemoryStore;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class BreakerTest {
    private static final StoreLocation NOWHERE = StoreLocation.of("memory://far/00000000-0000-0000-0000-000000000000");

    private final SilentStore silent = new SilentStore();

    @Test
    void afterFiveSilencesTheStoreIsNotAskedAnyMore() {
        Breaker breaker = new Breaker(silent, Duration.ofHours(1));
        silentlyAsk(breaker, Breaker.PATIENCE + 3);
        assertThat(silent.asked).hasValue(Breaker.PATIENCE);
        assertThatThrownBy(() -> breaker.size(NOWHERE))
                .isInstanceOf(StoreException.Unavailable.class)
                .hasMessageContaining("store 'far' did not answer 5 times in a row");
    }

    @Test
    void afterThePauseATrialThatSucceedsOpensTheWay() throws StoreException {
        Breaker breaker = new Breaker(silent, Duration.ZERO);
        silentlyAsk(breaker, Breaker.PATIENCE);
        silent.answers = true;
        assertThat(breaker.delete(NOWHERE)).isFalse();
        assertThat(breaker.delete(NOWHERE)).isFalse();
        assertThat(silent.asked).hasValue(Breaker.PATIENCE + 2);
    }

    @Test
    void aStoreThatSaysNoHasAnswered() throws StoreException {
        Breaker breaker = new Breaker(silent, Duration.ofHours(1));
        silent.answers = true;
        for (int i = 0; i < 2 * Breaker.PATIENCE; i++) {
            assertThatThrownBy(() -> breaker.size(NOWHERE)).isInstanceOf(StoreException.NotFound.class);
        }
        assertThat(breaker.create(new ImageId("11111111-1111-1111-1111-111111111111"), OptionalLong.empty()))
                .isNotNull();
    }

    @Test
    void whoActsForCallersReachesTheSameStore() {
        Breaker breaker = new Breaker(new SilentAccounts(), Duration.ofHours(1));
        TenantStore tenants = breaker.ability(TenantStore.class).orElseThrow();
        for (int i = 0; i < Breaker.PATIENCE + 3; i++) {
            Store acting = tenants.actingFor(Caller.of("u", "p", Set.of(), false));
            assertThatThrownBy(() -> acting.delete(NOWHERE)).isInstanceOf(StoreException.Unavailable.class);
        }
        assertThat(silent.asked).hasValue(Breaker.PATIENCE);
        assertThatThrownBy(() -> breaker.delete(NOWHERE)).hasMessageContaining("5 times in a row");
    }

    @Test
    void aPlaceThatIsNotTheStoresOwnShutsItForNobodyAndOpensItForNobody() throws StoreException {
        StoreLocation elsewhere = StoreLocation.of("memory-of-others://blackhole/x");
        Breaker breaker = new Breaker(silent, Duration.ofHours(1));
        for (int i = 0; i < 2 * Breaker.PATIENCE; i++) {
            assertThatThrownBy(() -> breaker.delete(elsewhere)).hasMessage("no answer");
        }
        assertThatThrownBy(() -> breaker.size(NOWHERE)).isInstanceOf(StoreException.NotFound.class);
        silentlyAsk(breaker, Breaker.PATIENCE - 1);
        silent.answers = true;
        assertThat(breaker.delete(elsewhere)).isFalse();
        silent.answers = false;
        silentlyAsk(breaker, 1);
        int asked = silent.asked.get();
        assertThatThrownBy(() -> breaker.delete(elsewhere)).hasMessageContaining("5 times in a row");
        assertThat(silent.asked).hasValue(asked);
    }

    private final class SilentAccounts extends ForwardingStore implements TenantStore {
        SilentAccounts() {
            super(silent);
        }

        @Override
        public <A> Optional<A> ability(Class<A> type) {
            return type.isInstance(this) ? Optional.of(type.cast(this)) : Optional.empty();
        }

        @Override
        public String serviceType() {
            return "memory";
        }

        @Override
        public Store actingFor(Caller caller) {
            return silent;
        }

        @Override
        public void share(Caller caller, StoreLocation location, Readers readers) {}
    }

    private void silentlyAsk(Breaker breaker, int times) {
        for (int i = 0; i < times; i++) {
            assertThatThrownBy(() -> breaker.delete(NOWHERE)).isInstanceOf(StoreException.Unavailable.class);
        }
    }

    private static final class SilentStore extends ForwardingStore {
        private final AtomicInteger asked = new AtomicInteger();
        private boolean answers;

        SilentStore() {
            super(new MemoryStore(new StoreId("far")));
        }

        @Override
        public boolean delete(StoreLocation location) throws StoreException {
            asked.incrementAndGet();
            if (!answers) {
                throw new StoreException.Unavailable("no answer", null);
            }
            return super.delete(location);
        }
    }
}
