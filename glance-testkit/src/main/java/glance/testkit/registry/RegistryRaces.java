package glance.testkit.registry;

import static org.assertj.core.api.Assertions.assertThat;

import glance.error.GlanceException;
import glance.image.Attribute;
import glance.image.Guard;
import glance.image.Image;
import glance.image.ImageChange;
import glance.image.ImageId;
import glance.image.ImageStatus;
import glance.image.ImageUpdate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Promises when many threads want the same thing: exactly one gets it, and nothing is lost. */
public interface RegistryRaces extends RegistryFixture {
    /** Threads per race. */
    int THREADS = 16;

    @Test
    default void oneOfManyUploadsWinsTheImage() throws Exception {
        ImageId id = createQueued().id();
        List<String> outcomes = race(thread -> registry()
                .images()
                .update(id, ImageChange.status(ImageStatus.SAVING), Guard.statusIs(ImageStatus.QUEUED)));
        assertOneWinner(outcomes);
        assertThat(stored(id).status()).isEqualTo(ImageStatus.SAVING);
    }

    @Test
    default void oneOfManyCreatesGetsTheId() throws Exception {
        ImageId id = Samples.id();
        assertOneWinner(race(thread -> registry().images().create(Samples.queued(id, clock().instant()))));
    }

    @Test
    default void oneOfManyAddsMakesTheMember() throws Exception {
        ImageId id = createQueued().id();
        assertOneWinner(race(thread -> registry().members().add(id, "project-b", -1)));
        assertThat(registry().members().list(id)).hasSize(1);
    }

    @Test
    default void quotaHoldsWhenManyProjectsAreAddedAtOnce() throws Exception {
        ImageId id = createQueued().id();
        List<String> outcomes = race(thread -> registry().members().add(id, "project-" + thread, 3));
        assertThat(outcomes).filteredOn("won"::equals).hasSize(3);
        assertThat(registry().members().list(id)).hasSize(3);
    }

    @Test
    default void oneOfManyTasksTakesTheImportLock() throws Exception {
        ImageId id = createQueued().id();
        assertOneWinner(race(thread -> registry()
                .images()
                .update(
                        id,
                        ImageChange.builder()
                                .setProperty(ImageUpdate.IMPORT_LOCK, "task-" + thread)
                                .build(),
                        new Guard.PropertyAbsent(ImageUpdate.IMPORT_LOCK))));
    }

    @Test
    default void deleteAndActivateDoNotBothWin() throws Exception {
        ImageId id = createQueued().id();
        registry().images().update(id, ImageChange.status(ImageStatus.SAVING), Guard.always());
        ImageChange activate = ImageChange.builder()
                .set(Attribute.STATUS, ImageStatus.ACTIVE)
                .addLocation(Samples.location(id))
                .build();
        List<String> outcomes = race(thread -> thread % 2 == 0
                ? registry().images().delete(id, Guard.statusIs(ImageStatus.SAVING), (image, location) -> null)
                : registry().images().update(id, activate, Guard.statusIs(ImageStatus.SAVING)));
        assertThat(outcomes).filteredOn("won"::equals).hasSize(1);
    }

    @Test
    default void noParallelChangeIsLostAndTimesRiseStrictly() throws Exception {
        ImageId id = createQueued().id();
        List<Image> seen = new ArrayList<>();
        race(thread -> {
            Image after = registry()
                    .images()
                    .update(
                            id,
                            ImageChange.builder()
                                    .setProperty("p" + thread, "v")
                                    .addTag("t" + thread)
                                    .build(),
                            Guard.always());
            synchronized (seen) {
                seen.add(after);
            }
            return after;
        });
        assertThat(stored(id).properties()).hasSize(THREADS);
        assertThat(stored(id).tags()).hasSize(THREADS);
        if (precision() == ChronoUnit.MICROS) {
            assertThat(seen).extracting(Image::updatedAt).doesNotHaveDuplicates();
        }
    }

    private static void assertOneWinner(List<String> outcomes) {
        assertThat(outcomes).filteredOn("won"::equals).hasSize(1);
        assertThat(outcomes).filteredOn("Conflict"::equals).hasSize(THREADS - 1);
    }

    /** What one thread does, by its number. */
    @FunctionalInterface
    interface Contender {
        Object run(int thread) throws Exception;
    }

    /** Runs all at once; "won" or the simple name of the refusal for each. */
    private static List<String> race(Contender contender)
            throws InterruptedException, ExecutionException, TimeoutException {
        CountDownLatch start = new CountDownLatch(1);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<String>> outcomes = IntStream.range(0, THREADS)
                    .mapToObj(thread -> threads.submit((Callable<String>) () -> {
                        start.await();
                        try {
                            Objects.requireNonNull(contender.run(thread));
                            return "won";
                        } catch (GlanceException refused) {
                            return refused.getClass().getSimpleName();
                        }
                    }))
                    .collect(Collectors.toList());
            start.countDown();
            List<String> names = new ArrayList<>();
            for (Future<String> outcome : outcomes) {
                names.add(outcome.get(60, TimeUnit.SECONDS));
            }
            return names;
        }
    }
}
