package glance.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import glance.auth.Caller;
import glance.error.GlanceException;
import glance.fault.FailPoints;
import glance.format.ImageFormats;
import glance.image.Copies.Outcome;
import glance.image.transfer.HashAlgorithm;
import glance.image.transfer.Transfer;
import glance.policy.Action;
import glance.policy.Policy;
import glance.policy.Target;
import glance.quota.Quotas;
import glance.store.StoreId;
import glance.store.StoreLocation;
import glance.store.Stores;
import glance.store.Stores.Configured;
import glance.testkit.registry.MemoryRegistry;
import glance.testkit.store.BytesPayload;
import glance.testkit.store.MemoryStore;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Copies from a scripted server into a store in memory. */
@Timeout(60)
class CopiesTest {
    private static final Caller CALLER = Caller.of("user", "project", Set.of("member"), false);
    private static final CopyConfig TWO = new CopyConfig(1, 1, Duration.ofMinutes(5));
    private static final byte[] DATA = new byte[700_001];

    static {
        new Random(11).nextBytes(DATA);
    }

    private static final Policy EVERYTHING_ALLOWED = new Policy() {
        @Override
        public Decision decide(Caller caller, Action action, Target target) {
            return new Decision.Allowed();
        }

        @Override
        public boolean isAdmin(Caller caller) {
            return caller.admin();
        }
    };

    private final MemoryRegistry registry = new MemoryRegistry();
    private final MemoryStore target = new MemoryStore(new StoreId("memory"));
    private final Stores stores = new Stores(
            List.of(
                    new Configured(target, "memory", null, 0),
                    new Configured(new ScriptedSource(DATA), "web", null, 0)),
            target.id(),
            Stores.Mode.SINGLE);
    private final Transfer transfer = new Transfer(HashAlgorithm.SHA512);
    private final ImageAccess access = new ImageAccess(registry.images(), EVERYTHING_ALLOWED);
    private final BlockingQueue<Outcome> ended = new LinkedBlockingQueue<>();
    private Uploads uploads = uploads(1L << 40, 0);
    private Copies copies = copies(TWO);

    private Uploads uploads(long sizeCap, long storageQuota) {
        ImageFormats formats = new ImageFormats(List.of(), ImageFormats.Matching.REQUIRED, Set.of("mbr"));
        Quotas quotas = new Quotas(sizeCap, storageQuota, 128, 128, 128, 10);
        return new Uploads(registry, access, stores, transfer, new Uploads.Rules(quotas, formats), worker("worker-1"));
    }

    private static Worker worker(String name) {
        return new Worker(name, FailPoints.INERT);
    }

    private Copies copies(CopyConfig config) {
        return new Copies(uploads, registry, stores, config, ended::add);
    }

    private void limited(long sizeCap, long storageQuota) {
        copies.close();
        uploads = uploads(sizeCap, storageQuota);
        copies = copies(TWO);
    }

    @AfterEach
    void stop() {
        copies.close();
        transfer.close();
    }

    private ImageId create() {
        Instant now = Instant.now();
        return registry.images()
                .create(new Image(
                        new ImageId(UUID.randomUUID().toString()),
                        null,
                        ImageStatus.QUEUED,
                        Visibility.SHARED,
                        false,
                        false,
                        CALLER.projectId(),
                        null,
                        null,
                        0,
                        0,
                        null,
                        null,
                        null,
                        null,
                        null,
                        now,
                        now,
                        new LinkedHashSet<>(),
                        new LinkedHashMap<>(),
                        List.of()))
                .id();
    }

    private ImageId copy(String url) {
        return copy(url, Optional.empty());
    }

    private ImageId copy(String url, Optional<String> checksum) {
        ImageId id = create();
        try (Copies.Place place = copies.admit(CALLER)) {
            place.accept(CALLER, id, StoreLocation.of(url), request(checksum));
        }
        return id;
    }

    private static UploadRequest request(Optional<String> checksum) {
        return new UploadRequest(OptionalLong.empty(), Optional.empty(), checksum, ImageStatus.KILLED);
    }

    private Image image(ImageId id) {
        return registry.images().get(id, Scope.EVERYTHING);
    }

    private Outcome nextEnd() throws InterruptedException {
        Outcome outcome = ended.poll(30, TimeUnit.SECONDS);
        assertThat(outcome).as("a copy has ended").isNotNull();
        return outcome;
    }

    private void assertKilled(ImageId id) {
        assertThat(image(id).status()).isEqualTo(ImageStatus.KILLED);
        assertThat(image(id).locations()).isEmpty();
        assertNothingLeft();
    }

    private void assertNothingLeft() {
        assertThat(target.urls()).isEmpty();
        assertThat(registry.journal().open()).isEmpty();
    }

    private void awaitRunning() throws InterruptedException {
        while (copies.running() == 0) {
            Thread.sleep(5);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"web://whole", "web://unsized"})
    void aCopyEndsActiveWithSizeAndDigestsAlsoWithoutFormats(String url) throws Exception {
        ImageId id = copy(url);
        assertThat(nextEnd()).isEqualTo(Outcome.ACTIVE);
        Image image = image(id);
        assertThat(image.status()).isEqualTo(ImageStatus.ACTIVE);
        assertThat(image.size()).isEqualTo(DATA.length);
        assertThat(image.checksum()).hasSize(32);
        assertThat(image.hashValue()).hasSize(128);
        assertThat(image.diskFormat()).isNull();
        assertThat(target.urls()).hasSize(1);
        assertThat(registry.journal().open()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"web://cut", "web://absent", "web://unreachable", "elsewhere://x"})
    void aSourceThatFailsKillsTheImage(String url) throws Exception {
        ImageId id = copy(url);
        assertThat(nextEnd()).isEqualTo(Outcome.FAILED);
        assertKilled(id);
    }

    @Test
    void dataOfAnotherChecksumKillsTheImage() throws Exception {
        ImageId id = copy("web://whole", Optional.of("0".repeat(32)));
        assertThat(nextEnd()).isEqualTo(Outcome.FAILED);
        assertKilled(id);
    }

    @ParameterizedTest
    @CsvSource({"web://whole, 700000, 0", "web://unsized, 700000, 0", "web://whole, 800000, 700000"})
    void moreThanIsAllowedKillsTheImage(String url, long sizeCap, long storageQuota) throws Exception {
        limited(sizeCap, storageQuota);
        ImageId id = copy(url);
        assertThat(nextEnd()).isEqualTo(Outcome.FAILED);
        assertKilled(id);
    }

    @Test
    void deletingTheImageStopsItsCopy() throws Exception {
        ImageId id = copy("web://stuck");
        awaitRunning();
        registry.images().delete(id, Guard.always(), (_, _) -> null);
        assertThat(nextEnd()).isEqualTo(Outcome.DELETED);
        assertNothingLeft();
    }

    @Test
    void aCopyThatTakesTooLongIsKilled() throws Exception {
        copies.close();
        copies = copies(new CopyConfig(1, 1, Duration.ofMillis(1)));
        ImageId id = copy("web://stuck");
        assertThat(nextEnd()).isEqualTo(Outcome.FAILED);
        assertKilled(id);
    }

    @Test
    void dataCannotBeUploadedToAnImageThatIsCopied() throws Exception {
        ImageId id = copy("web://stuck");
        assertThatThrownBy(() -> uploads.upload(
                        CALLER, id, new UploadRequest(OptionalLong.empty(), Optional.empty()), BytesPayload.of(DATA)))
                .isInstanceOf(GlanceException.Conflict.class);
        awaitRunning();
        assertThat(image(id).status()).isEqualTo(ImageStatus.SAVING);
    }

    @Test
    void moreCopiesThanMayRunAndWaitAreRefusedUntilOneEnds() throws Exception {
        ImageId running = copy("web://stuck");
        awaitRunning();
        ImageId waiting = copy("web://whole");
        assertThat(image(waiting).status()).isEqualTo(ImageStatus.SAVING);
        assertThat(copies.waiting()).isEqualTo(1);
        assertThatThrownBy(() -> copies.admit(CALLER))
                .isInstanceOf(GlanceException.Unavailable.class)
                .hasMessageContaining("1 run at once and 1 wait");
        registry.images().delete(running, Guard.always(), (_, _) -> null);
        assertThat(nextEnd()).isEqualTo(Outcome.DELETED);
        assertThat(nextEnd()).isEqualTo(Outcome.ACTIVE);
        for (int i = 0; i < 3; i++) {
            copies.admit(CALLER).close(); // a place that was not used is free again
        }
        try (Copies.Place one = copies.admit(CALLER);
                Copies.Place two = copies.admit(CALLER)) {
            assertThat(one).isNotSameAs(two);
            assertThatThrownBy(() -> copies.admit(CALLER)).isInstanceOf(GlanceException.Unavailable.class);
        }
    }

    @Test
    void oneProjectLeavesPlacesToTheOthers() {
        copies.close();
        copies = copies(new CopyConfig(8, 24, Duration.ofMinutes(1)));
        Caller other = Caller.of("somebody", "another", Set.of("member"), false);
        List<Copies.Place> taken = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            taken.add(copies.admit(CALLER));
        }
        assertThatThrownBy(() -> copies.admit(CALLER))
                .isInstanceOf(GlanceException.Unavailable.class)
                .hasMessageContaining("for this project: it has 8 under way or waiting");
        copies.admit(other).close();
        taken.forEach(Copies.Place::close);
        copies.admit(CALLER).close();
    }

    @Test
    void theEndOfTheServiceKillsWhatWaitsAndWhatDoesNotEndInTime() throws Exception {
        ImageId running = copy("web://stuck");
        awaitRunning();
        ImageId waiting = copy("web://whole");
        copies.drain(Duration.ofMillis(50));
        assertKilled(running);
        assertKilled(waiting);
        assertThat(nextEnd()).isEqualTo(Outcome.FAILED);
        assertThat(nextEnd()).isEqualTo(Outcome.FAILED);
        assertThatThrownBy(() -> copies.admit(CALLER)).isInstanceOf(GlanceException.Unavailable.class);
    }

    @Test
    void theEndOfTheServiceLetsARunningCopyEnd() throws Exception {
        ImageId id = copy("web://whole");
        awaitRunningOrEnd();
        copies.drain(Duration.ofSeconds(30));
        assertThat(image(id).status()).isEqualTo(ImageStatus.ACTIVE);
    }

    private void awaitRunningOrEnd() throws InterruptedException {
        while (copies.running() == 0 && ended.isEmpty()) {
            Thread.sleep(5);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aRestartKillsWhatWasBeingCopied(boolean sameWorker) throws Exception {
        ImageId id = create();
        // Never closed: its process is gone.
        Uploads.Expected abandoned = uploads.expect(CALLER, id, request(Optional.empty()));
        assertThat(abandoned).isNotNull();
        target.create(id, OptionalLong.empty()).write(ByteBuffer.wrap(DATA));
        Worker next = worker(sameWorker ? "worker-1" : "worker-2");
        new Recovery(registry, stores, next, Duration.ZERO).atStart();
        assertKilled(id);
    }
}
