package glance.testkit.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import glance.error.GlanceException.Conflict;
import glance.image.Attribute;
import glance.image.DataIntent;
import glance.image.DataJournal;
import glance.image.Guard;
import glance.image.Image;
import glance.image.ImageChange;
import glance.image.ImageId;
import glance.image.ImageStatus;
import glance.store.StoreId;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Promises about the journal of bytes in stores. */
public interface JournalContract extends RegistryFixture {
    @Test
    default void entriesOpenAndCloseWithTheChangeThatNamesThem() {
        Image image = createQueued();
        DataIntent write = intent(image.id(), DataIntent.Kind.WRITE, "w1");
        registry().images().update(image.id(), opening(write), Guard.always());
        assertThat(journal().open()).containsExactly(write);
        assertThat(stored(image.id())).isEqualTo(image);

        ImageChange close = ImageChange.builder()
                .set(Attribute.STATUS, ImageStatus.SAVING)
                .closes(write)
                .build();
        registry().images().update(image.id(), close, Guard.always());
        assertThat(journal().open()).isEmpty();
    }

    @Test
    default void refusedChangeOpensNothing() {
        Image image = createQueued();
        DataIntent write = intent(image.id(), DataIntent.Kind.WRITE, "w1");
        assertThatThrownBy(() ->
                        registry().images().update(image.id(), opening(write), Guard.statusIs(ImageStatus.ACTIVE)))
                .isInstanceOf(Conflict.class);
        assertThat(journal().open()).isEmpty();
    }

    @Test
    default void changeThatClosesAnEntryTakenOverByAnotherWorkerIsRefusedWhole() {
        DataIntent write = opened("w1");
        DataIntent theirs = intent(write.image(), DataIntent.Kind.WRITE, "w2");
        ImageChange takeOver = ImageChange.builder().opens(theirs).closes(write).build();
        registry().images().update(write.image(), takeOver, Guard.always());
        Image before = stored(write.image());

        ImageChange late = ImageChange.builder()
                .set(Attribute.STATUS, ImageStatus.SAVING)
                .closes(write)
                .build();
        assertThatThrownBy(() -> registry().images().update(write.image(), late, Guard.always()))
                .isInstanceOf(Conflict.class);
        assertThat(stored(write.image())).isEqualTo(before);
        assertThat(journal().open()).containsExactly(theirs);
    }

    @Test
    default void sameEntryIsKeptOnce() {
        DataIntent write = opened("w1");
        registry().images().update(write.image(), opening(write), Guard.always());
        assertThat(journal().open()).containsExactly(write);
    }

    @Test
    default void anEntryMayBeTradedForItself() {
        DataIntent write = opened("w1");
        ImageChange trade = ImageChange.builder().closes(write).opens(write).build();
        registry().images().update(write.image(), trade, Guard.always());
        assertThat(journal().open()).containsExactly(write);
        journal().close(write);
        ImageId image = write.image();
        assertThatThrownBy(() -> registry().images().update(image, trade, Guard.always()))
                .isInstanceOf(Conflict.class);
        assertThat(journal().open()).isEmpty();
    }

    @Test
    default void closingTwiceIsNoError() {
        DataIntent write = opened("w1");
        journal().close(write);
        journal().close(write);
        assertThat(journal().open()).isEmpty();
    }

    @Test
    default void closingOneEntryLeavesItsNeighbours() {
        DataIntent write = opened("w1");
        DataIntent discard = intent(write.image(), DataIntent.Kind.DISCARD, "w1");
        registry().images().update(write.image(), opening(discard), Guard.always());
        journal().close(write);
        assertThat(journal().open()).containsExactly(discard);
    }

    @Test
    default void entriesAreFoundByTheirImage() {
        DataIntent write = opened("w1");
        DataIntent discard = intent(write.image(), DataIntent.Kind.DISCARD, "w2");
        registry().images().update(write.image(), opening(discard), Guard.always());
        DataIntent other = opened("w1");
        assertThat(journal().open(write.image())).containsExactly(write, discard);
        assertThat(journal().open(other.image())).containsExactly(other);
        assertThat(journal().open(createQueued().id())).isEmpty();
    }

    @Test
    default void ownEntriesAndThoseOfSilentWorkersAreAbandoned() {
        Duration lease = Duration.ofSeconds(60);
        DataIntent silent = opened("silent");
        clock().advance(Duration.ofSeconds(1));
        DataIntent alive = opened("alive");
        clock().advance(Duration.ofSeconds(60));
        DataIntent own = opened("own");
        journal().renew("alive");
        clock().advance(Duration.ofSeconds(30));

        assertThat(journal().abandoned("own", lease)).containsExactly(silent, own);
        assertThat(journal().abandoned("alive", lease)).containsExactly(silent, alive);
        assertThat(journal().open()).containsExactly(silent, alive, own);
    }

    private DataIntent opened(String worker) {
        DataIntent write = intent(createQueued().id(), DataIntent.Kind.WRITE, worker);
        registry().images().update(write.image(), opening(write), Guard.always());
        return write;
    }

    private DataJournal journal() {
        return registry().journal();
    }

    private static ImageChange opening(DataIntent intent) {
        return ImageChange.builder().opens(intent).build();
    }

    private static DataIntent intent(ImageId image, DataIntent.Kind kind, String worker) {
        return new DataIntent(
                image, new StoreId("file"), Samples.location(image).url(), kind, worker);
    }
}
