package glance.testkit.registry;

import glance.image.Image;
import glance.image.ImageId;
import glance.image.Registry;
import glance.image.Scope;

/** What the contract needs of the implementation under test: one empty registry per test, on a clock the test moves. */
public interface RegistryFixture {
    /** The same registry throughout one test. */
    Registry registry();

    /** The registry's clock. */
    SettableClock clock();

    /** Records a {@link Samples#queued} image. */
    default Image createQueued() {
        return registry().images().create(Samples.queued(Samples.id(), clock().instant()));
    }

    /** The image as administrators see it. */
    default Image stored(ImageId id) {
        return registry().images().get(id, Scope.EVERYTHING);
    }
}
