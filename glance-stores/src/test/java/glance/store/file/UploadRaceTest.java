package glance.store.file;

import static org.assertj.core.api.Assertions.assertThat;

import glance.error.GlanceException;
import glance.fault.FailPoints;
import glance.image.Image;
import glance.image.ImageId;
import glance.image.ImageStatus;
import glance.testkit.registry.MemoryRegistry;
import glance.testkit.store.BytesPayload;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Many uploads, deletes and a recovery that takes every lease for run out, on few images and one directory, from several
 * workers. Whatever happens in whatever order: what was acknowledged is there, whole, and what was not leaves nothing.
 */
class UploadRaceTest {
    private static final int ROUNDS = 40;
    private static final int UPLOADERS = 4;

    /** Nothing crashes here, and waiting for the disk would only make the races rarer. */
    private static final FileLayer UNSYNCED = new FileLayer() {
        @Override
        void sync(FileChannel file) {}

        @Override
        void syncDirectory(Path directory) {}
    };

    @TempDir
    Path directory;

    private final MemoryRegistry registry = new MemoryRegistry();
    private final Map<ImageId, byte[]> acknowledged = new ConcurrentHashMap<>();
    private final Set<ImageId> deleted = ConcurrentHashMap.newKeySet();

    @Test
    void ofManyUploadsToOneImageExactlyOneWins() throws Exception {
        try (UploadSetup one = worker("worker-1");
                UploadSetup two = worker("worker-2");
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int round = 0; round < ROUNDS; round++) {
                ImageId id = UploadSetup.create(registry, "raw");
                List<Future<Boolean>> attempts = new ArrayList<>();
                for (int i = 0; i < UPLOADERS; i++) {
                    byte[] data = randomBytes(round * UPLOADERS + i);
                    UploadSetup worker = i % 2 == 0 ? one : two;
                    attempts.add(threads.submit(() -> upload(worker, id, data)));
                }
                int wins = 0;
                for (Future<Boolean> attempt : attempts) {
                    wins += attempt.get(30, TimeUnit.SECONDS) ? 1 : 0;
                }
                assertThat(wins).isEqualTo(1);
                assertThat(one.download(id)).hasValue(acknowledged.get(id));
            }
            assertThat(registry.journal().open()).isEmpty();
        }
    }

    @RepeatedTest(10)
    void uploadsDeletesAndTakeoversLeaveOnlyAllowedStates() throws Exception {
        AtomicBoolean done = new AtomicBoolean();
        List<ImageId> images = new ArrayList<>();
        for (int i = 0; i < ROUNDS; i++) {
            images.add(UploadSetup.create(registry, "raw"));
        }
        try (UploadSetup one = worker("worker-1");
                UploadSetup two = worker("worker-2");
                UploadSetup mending = worker("worker-3");
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> recovery = threads.submit(() -> {
                while (!done.get()) {
                    mending.recovery().round();
                    Thread.sleep(1);
                }
                return true;
            });
            List<Future<?>> work = new ArrayList<>();
            for (UploadSetup worker : List.of(one, two)) {
                for (int seed = 0; seed < UPLOADERS; seed++) {
                    Random random = new Random(seed);
                    work.add(threads.submit(() -> {
                        for (int i = 0; i < ROUNDS * 2; i++) {
                            step(worker, images.get(random.nextInt(images.size())), random);
                        }
                        return true;
                    }));
                }
            }
            try {
                for (Future<?> uploader : work) {
                    uploader.get(60, TimeUnit.SECONDS);
                }
            } finally {
                done.set(true);
            }
            recovery.get(30, TimeUnit.SECONDS);
            mending.recovery().atStart();
            assertAllowedStates(images, mending);
        }
    }

    private void step(UploadSetup worker, ImageId id, Random random) throws IOException {
        if (random.nextInt(12) > 0) {
            upload(worker, id, randomBytes(random.nextInt()));
            return;
        }
        try {
            worker.delete(id);
            deleted.add(id);
        } catch (GlanceException.NotFound already) {
            assertThat(already).hasMessageContaining(id.value());
        }
    }

    private void assertAllowedStates(List<ImageId> images, UploadSetup service) throws IOException {
        List<String> expectedFiles = new ArrayList<>();
        for (ImageId id : images) {
            if (deleted.contains(id)) {
                continue;
            }
            Image image = service.image(id);
            assertThat(image.status()).isIn(ImageStatus.ACTIVE, ImageStatus.QUEUED);
            assertThat(image.status() == ImageStatus.ACTIVE).isEqualTo(acknowledged.containsKey(id));
            if (image.status() == ImageStatus.ACTIVE) {
                expectedFiles.add(id.value());
                assertThat(service.download(id)).hasValue(acknowledged.get(id));
            }
        }
        assertThat(acknowledged).isNotEmpty();
        assertThat(deleted).isNotEmpty();
        assertThat(UploadSetup.files(directory)).containsExactlyInAnyOrderElementsOf(expectedFiles);
        assertThat(registry.journal().open()).isEmpty();
    }

    private UploadSetup worker(String name) {
        return new UploadSetup(registry, directory, name, UNSYNCED, FailPoints.INERT);
    }

    private boolean upload(UploadSetup worker, ImageId id, byte[] data) throws IOException {
        try {
            worker.upload(id, BytesPayload.of(data));
            byte[] former = acknowledged.put(id, data);
            assertThat(former).as("acknowledged twice").isNull();
            return true;
        } catch (GlanceException.Conflict | GlanceException.Gone | GlanceException.NotFound lost) {
            return false;
        }
    }

    private static byte[] randomBytes(int seed) {
        Random random = new Random(seed);
        byte[] bytes = new byte[10_000 + random.nextInt(20_000)];
        random.nextBytes(bytes);
        return bytes;
    }
}
