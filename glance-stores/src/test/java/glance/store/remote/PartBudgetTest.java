package glance.store.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import glance.config.Configuration;
import glance.config.Section;
import glance.store.StoreException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class PartBudgetTest {
    private static final int MIB = 1 << 20;

    private static Section section(int mebibytes) {
        return Configuration.ofText("[remote_stores]\nmemory = " + mebibytes + "\n")
                .section("remote_stores");
    }

    @Test
    void eachStoreHasAShareOfItsOwn() throws IOException {
        PartBudget all = PartBudget.from(section(128), 2);
        PartBudget dead = all.share();
        PartBudget alive = all.share();
        assertThat(dead.bytes()).isEqualTo(64 * MIB);
        try (PartBudget.Part whole = dead.take(64 * MIB);
                PartBudget.Part other = alive.tryTake(8 * MIB)) {
            assertThat(whole.buffer().capacity()).isEqualTo(64 * MIB);
            assertThat(other).isNotNull();
        }
        PartBudget only = PartBudget.from(section(128), 1);
        assertThat(only.share()).isSameAs(only);
        assertThat(PartBudget.from(section(16), 0).share().bytes()).isEqualTo(16 * MIB);
    }

    @Test
    void whoFillsAPartHasToHurryOnlyWhileOthersWait() throws Exception {
        PartBudget budget = new PartBudget(MIB);
        Thread waiting;
        try (PartedWrite slow = new PartedWrite(budget, _ -> MIB, 1, (_, _) -> {})) {
            assertThat(slow.patienceNanos()).isEqualTo(Long.MAX_VALUE);
            slow.write(ByteBuffer.allocate(1));
            assertThat(slow.patienceNanos()).isEqualTo(Long.MAX_VALUE);
            waiting = Thread.startVirtualThread(() -> {
                try (PartBudget.Part part = budget.take(MIB)) {
                    assertThat(part.buffer().capacity()).isEqualTo(MIB);
                } catch (IOException interrupted) {
                    throw new AssertionError(interrupted);
                }
            });
            while (slow.patienceNanos() == Long.MAX_VALUE) {
                Thread.sleep(1);
            }
            assertThat(slow.patienceNanos())
                    .isLessThanOrEqualTo(Duration.ofSeconds(60).toNanos());
        }
        waiting.join();
        assertThat(budget.freeBytes()).isEqualTo(MIB);
    }

    @Test
    void memoryThatTheProcessDoesNotHaveIsFreeAgainForOthers() throws IOException {
        PartBudget budget = new PartBudget(2L * MIB, 1, bytes -> {
            if (bytes > MIB) {
                throw new OutOfMemoryError("Cannot reserve " + bytes + " bytes of direct buffer memory");
            }
            return ByteBuffer.allocateDirect(bytes);
        });
        assertThatThrownBy(() -> budget.take(2 * MIB))
                .isInstanceOf(StoreException.Unavailable.class)
                .hasMessageContaining("MaxDirectMemorySize");
        assertThat(budget.tryTake(2 * MIB)).isNull();
        assertThat(budget.freeBytes()).isEqualTo(2 * MIB);
        budget.take(MIB).close();
    }

    @Test
    void memoryThatSomebodyElseStillUsesCountsUntilHeIsThrough() throws IOException {
        PartBudget budget = new PartBudget(2L * MIB);
        CompletableFuture<Void> over = new CompletableFuture<>();
        PartBudget.Part kept = budget.take(MIB + MIB / 2);
        kept.abandon(over);
        kept.close();
        assertThat(budget.freeBytes()).isEqualTo(MIB / 2);
        budget.take(MIB / 2).close();
        assertThat(budget.tryTake(MIB)).isNull();
        assertThatThrownBy(() -> budget.take(MIB))
                .isInstanceOf(StoreException.Unavailable.class)
                .hasMessageContaining("not answered hold " + (MIB + MIB / 2));
        over.complete(null);
        budget.take(2 * MIB).close();
        assertThat(budget.freeBytes()).isEqualTo(2 * MIB);
    }
}
