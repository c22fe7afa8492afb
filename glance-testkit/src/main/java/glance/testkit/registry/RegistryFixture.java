package glance.testkit.registry;

import glance.image.Image;
import glance.image.ImageId;
import glance.image.Registry;
import glance.image.Scope;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;

/** What the contract needs of the implementation under test: one empty registry per test, on a clock the test moves. */
public interface RegistryFixture {
    /** The same registry throughout one test. */
    Registry registry();

    /** The registry's clock. */
    SettableClock clock();

    /** What its times are whole multiples of: microseconds, or seconds where upstream's columns hold no more. */
    default ChronoUnit precision() {
        return ChronoUnit.MICROS;
    }

    /**
     * The order of texts, which is the database's own; texts that are equal by it may be refused as keys beside each other.
     * Whatever it is, filters tell texts apart exactly.
     */
    default Comparator<String> textOrder() {
        return Comparator.naturalOrder();
    }

    /** The clock's time as the registry keeps it. */
    default Instant now() {
        return clock().instant().truncatedTo(precision());
    }

    /** Records a {@link Samples#queued} image. */
    default Image createQueued() {
        return registry().images().create(Samples.queued(Samples.id(), clock().instant()));
    }

    /** The image as administrators see it. */
    default Image stored(ImageId id) {
        return registry().images().get(id, Scope.EVERYTHING);
    }
}
