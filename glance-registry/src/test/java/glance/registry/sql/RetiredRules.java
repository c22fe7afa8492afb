package glance.registry.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import glance.error.GlanceException;
import glance.image.Attribute;
import glance.image.DataIntent;
import glance.image.DataIntent.Kind;
import glance.image.Guard;
import glance.image.Image;
import glance.image.ImageChange;
import glance.image.ImageId;
import glance.image.ImageLocation;
import glance.image.ImageStatus;
import glance.image.Scope;
import glance.store.StoreId;
import glance.testkit.registry.Samples;
import glance.testkit.registry.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the port to deleted images with data promises, on every database. */
interface RetiredRules {
    SqlRegistry registry();

    SettableClock clock();

    private Image active() {
        ImageId id = Samples.id();
        registry().images().create(Samples.queued(id, clock().instant()));
        update(id, ImageChange.status(ImageStatus.SAVING));
        return update(
                id,
                ImageChange.builder()
                        .set(Attribute.STATUS, ImageStatus.ACTIVE)
                        .setProperty("colour", "red")
                        .setProperty("gone", "1")
                        .addTag("kept")
                        .addLocation(Samples.location(id))
                        .build());
    }

    private Image update(ImageId id, ImageChange change) {
        return registry().images().update(id, change, Guard.always());
    }

    private ImageId retired() {
        ImageId id = active().id();
        registry().images().retire(id, Guard.always());
        return id;
    }

    private List<ImageId> awaiting() {
        return registry().retired().deletedUntil(clock().instant().plusSeconds(60), null, 100);
    }

    private static DataIntent removal(ImageId id, ImageLocation location) {
        return new DataIntent(id, new StoreId("file"), location.at().url(), Kind.DISCARD, "scrubber");
    }

    private ImageStatus status(ImageId id) {
        return registry().images().getEver(id, Scope.EVERYTHING).status();
    }

    @Test
    default void awaitingImagesComeByPagesOnceTheyAreOldEnough() {
        List<ImageId> all = List.of(retired(), retired(), retired()).stream()
                .sorted(Comparator.comparing(ImageId::value))
                .toList();
        active();
        assertThat(awaiting()).isEqualTo(all);
        Instant soon = clock().instant().plusSeconds(60);
        assertThat(registry().retired().deletedUntil(soon, null, 2)).isEqualTo(all.subList(0, 2));
        assertThat(registry().retired().deletedUntil(soon, all.get(1), 2)).isEqualTo(all.subList(2, 3));
        assertThat(registry().retired().deletedUntil(clock().instant().minus(Duration.ofHours(1)), null, 9))
                .isEmpty();
    }

    @Test
    default void anImageIsDeletedOnceTheDataOfAllItsLocationsIsGone() {
        ImageId id = active().id();
        update(
                id,
                ImageChange.builder()
                        .addLocation(Samples.location(Samples.id()))
                        .build());
        registry().images().retire(id, Guard.always());
        List<ImageLocation> locations = registry().retired().awaiting(id);
        List<DataIntent> removals =
                locations.stream().map(one -> removal(id, one)).toList();
        registry().retired().claim(id, removals);
        assertThat(registry().journal().open()).containsExactlyInAnyOrderElementsOf(removals);

        registry().journal().close(removals.getFirst());
        assertThat(registry().retired().awaiting(id)).isEqualTo(locations.subList(1, 2));
        assertThat(status(id)).isEqualTo(ImageStatus.PENDING_DELETE);

        registry().journal().close(removals.getLast());
        assertThat(status(id)).isEqualTo(ImageStatus.DELETED);
        assertThat(registry().journal().open()).isEmpty();
        assertThat(awaiting()).isEmpty();
        assertThatThrownBy(() -> registry().retired().claim(id, removals)).isInstanceOf(GlanceException.NotFound.class);
    }

    @Test
    default void aRestoredImageHasWhatItHadWhenItWasDeleted() {
        ImageId id = active().id();
        registry().members().add(id, "friend", -1);
        Image before = update(id, ImageChange.builder().removeProperty("gone").build());
        // Some databases keep whole seconds.
        clock().advance(Duration.ofSeconds(2));
        registry().images().retire(id, Guard.always());
        registry().retired().restore(id);
        Image after = registry().images().get(id, Scope.EVERYTHING);
        assertThat(after.properties()).isEqualTo(before.properties());
        assertThat(after.tags()).isEqualTo(before.tags());
        assertThat(after.locations()).isEqualTo(before.locations());
        assertThat(after.status()).isEqualTo(ImageStatus.ACTIVE);
        assertThat(after.checksum()).isEqualTo(before.checksum());
        assertThat(registry().members().find(id, "friend")).isPresent();
        assertThat(awaiting()).isEmpty();
        registry().images().retire(id, Guard.always());
        assertThat(awaiting()).containsExactly(id);
    }

    @Test
    default void onlyAnImageWhoseDataIsWholeIsRestored() {
        assertThatThrownBy(() -> registry().retired().restore(Samples.id()))
                .isInstanceOf(GlanceException.NotFound.class);
        ImageId live = active().id();
        assertThatThrownBy(() -> registry().retired().restore(live))
                .isInstanceOf(GlanceException.Conflict.class)
                .hasMessageContaining("status active");

        ImageId claimed = retired();
        List<DataIntent> removals =
                List.of(removal(claimed, registry().retired().awaiting(claimed).getFirst()));
        registry().retired().claim(claimed, removals);
        assertThatThrownBy(() -> registry().retired().restore(claimed))
                .isInstanceOf(GlanceException.Conflict.class)
                .hasMessageContaining("has begun");
        registry().retired().release(removals.getFirst());
        registry().retired().restore(claimed);
        assertThat(status(claimed)).isEqualTo(ImageStatus.ACTIVE);
    }

    @Test
    default void anImageOfWhichNothingIsLeftIsDeletedWithoutFurtherAdo() {
        ImageId id = retired();
        DataIntent removal = removal(id, registry().retired().awaiting(id).getFirst());
        registry().retired().claim(id, List.of(removal));
        registry().journal().close(removal);
        assertThat(status(id)).isEqualTo(ImageStatus.DELETED);
        assertThatThrownBy(() -> registry().retired().restore(id)).isInstanceOf(GlanceException.Conflict.class);
    }
}
