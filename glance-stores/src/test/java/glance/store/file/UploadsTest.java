package glance.store.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import glance.auth.Caller;
import glance.error.GlanceException;
import glance.error.GlanceException.Conflict;
import glance.error.GlanceException.Forbidden;
import glance.error.GlanceException.Gone;
import glance.error.GlanceException.InvalidRequest;
import glance.error.GlanceException.LimitExceeded;
import glance.error.GlanceException.RangeNotSatisfiable;
import glance.error.GlanceException.Unavailable;
import glance.error.GlanceException.UnsupportedMedia;
import glance.fault.FailPoint;
import glance.fault.FailPoints;
import glance.image.Attribute;
import glance.image.DataRange;
import glance.image.Guard;
import glance.image.Image;
import glance.image.ImageChange;
import glance.image.ImageId;
import glance.image.ImageStatus;
import glance.quota.Quotas;
import glance.store.Payload;
import glance.store.file.BreakableDisk.Call;
import glance.testkit.registry.MemoryRegistry;
import glance.testkit.store.BytesPayload;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The upload and download use cases on a real file store: every failure ends in a queued image and no bytes. */
class UploadsTest {
    private static final byte[] DATA = new byte[700_001];

    static {
        new Random(7).nextBytes(DATA);
    }

    @TempDir
    Path directory;

    private final MemoryRegistry registry = new MemoryRegistry();
    private final BreakableDisk disk = new BreakableDisk();
    private UploadSetup service;
    private ImageId id;

    @BeforeEach
    void start() {
        service = new UploadSetup(registry, directory, "worker-1", disk, FailPoints.INERT);
        id = UploadSetup.create(registry, "raw");
    }

    @AfterEach
    void stop() {
        service.close();
    }

    private void assertAsBefore() throws IOException {
        Image image = service.image(id);
        assertThat(image.status()).isEqualTo(ImageStatus.QUEUED);
        assertThat(image.size()).isNull();
        assertThat(image.checksum()).isNull();
        assertThat(image.locations()).isEmpty();
        assertThat(UploadSetup.files(directory)).isEmpty();
        assertThat(registry.journal().open()).isEmpty();
    }

    private void assertRetryWorks() throws IOException {
        service.upload(id, BytesPayload.of(DATA));
        assertThat(service.download(id)).hasValue(DATA);
    }

    @Test
    void uploadedDataIsServedAgain() throws IOException {
        Image image = service.upload(id, BytesPayload.of(DATA));
        assertThat(image.status()).isEqualTo(ImageStatus.ACTIVE);
        assertThat(image.size()).isEqualTo(DATA.length);
        assertThat(image.virtualSize()).isEqualTo(DATA.length);
        assertThat(image.hashAlgorithm()).isEqualTo("sha512");
        assertThat(image.locations()).hasSize(1);
        assertThat(image.locations().getFirst().at().url()).isEqualTo("file://" + directory.resolve(id.value()));
        assertThat(Files.readAllBytes(directory.resolve(id.value()))).isEqualTo(DATA);
        assertThat(UploadSetup.files(directory)).containsExactly(id.value());
        assertThat(registry.journal().open()).isEmpty();
        assertThat(service.download(id)).hasValue(DATA);
        assertThat(service.download(UploadSetup.CALLER, id, new DataRange("bytes=5-7", null)))
                .hasValue(java.util.Arrays.copyOfRange(DATA, 5, 8));
    }

    @Test
    void dataIsSyncedBeforeItsNameAndTheNameBeforeTheAnswer() throws IOException {
        service.upload(id, BytesPayload.of(DATA));
        assertThat(disk.calls())
                .containsSubsequence(Call.CREATE, Call.WRITE, Call.SYNC, Call.PUBLISH, Call.SYNC_DIRECTORY);
        assertThat(disk.calls().lastIndexOf(Call.WRITE)).isLessThan(disk.calls().lastIndexOf(Call.SYNC));
    }

    @Test
    void emptyImageIsAnImage() throws IOException {
        assertThat(service.upload(id, BytesPayload.of(new byte[0])).size()).isZero();
        assertThat(service.download(id)).hasValue(new byte[0]);
    }

    @ParameterizedTest
    @CsvSource({
        "WRITE, 3, No space left on device, LimitExceeded",
        "WRITE, 3, Disk quota exceeded, LimitExceeded",
        "WRITE, 3, Input/output error, Unavailable",
        "CREATE, 1, Permission denied, Unavailable",
        "SYNC, 1, Input/output error, Unavailable",
        "PUBLISH, 1, Read-only file system, Unavailable",
        "SYNC_DIRECTORY, 1, Input/output error, Unavailable"
    })
    void brokenDiskLeavesTheImageQueuedAndNoBytes(Call call, int nth, String message, String told) throws IOException {
        disk.breakAt(call, nth, new IOException(message));
        assertThatThrownBy(() -> service.upload(id, BytesPayload.of(DATA)))
                .isInstanceOf(GlanceException.class)
                .satisfies(failure ->
                        assertThat(failure.getClass().getSimpleName()).isEqualTo(told));
        assertAsBefore();
        assertRetryWorks();
    }

    @Test
    void vanishedClientIsPassedOnAndLeavesNothing() throws IOException {
        IOException vanished = new IOException("connection reset");
        assertThatThrownBy(() -> service.upload(id, breaking(vanished))).isSameAs(vanished);
        assertAsBefore();
        assertRetryWorks();
    }

    private static Payload breaking(IOException failure) {
        return new Payload() {
            @Override
            public OptionalLong length() {
                return OptionalLong.empty();
            }

            @Override
            public long transferTo(WritableByteChannel sink) throws IOException {
                sink.write(ByteBuffer.wrap(DATA));
                throw failure;
            }

            @Override
            public void close() {}
        };
    }

    @Test
    void otherSizeThanDeclaredIsRefused() throws IOException {
        assertThatThrownBy(() -> service.upload(id, DATA, OptionalLong.of(DATA.length + 1)))
                .isInstanceOf(InvalidRequest.class);
        assertThatThrownBy(() -> service.upload(id, DATA, OptionalLong.of(DATA.length - 1)))
                .isInstanceOf(InvalidRequest.class);
        assertAsBefore();
        assertRetryWorks();
    }

    @Test
    void contentThatIsNotWhatTheImageClaimsIsRefused() throws IOException {
        id = UploadSetup.create(registry, "qcow2");
        assertThatThrownBy(() -> service.upload(id, BytesPayload.of(DATA))).isInstanceOf(UnsupportedMedia.class);
        assertAsBefore();
    }

    @ParameterizedTest
    @CsvSource({"1000, 0", "1099511627776, 1000"})
    void tooMuchIsRefusedWithDeclaredSizeAndWithout(long sizeCap, long userQuota) throws IOException {
        try (UploadSetup limited = new UploadSetup(
                registry, directory, "worker-1", disk, FailPoints.INERT, new Quotas(sizeCap, userQuota, 1, 1, 1, 1))) {
            assertThatThrownBy(() -> limited.upload(id, BytesPayload.of(DATA))).isInstanceOf(LimitExceeded.class);
            assertThat(disk.calls()).isEmpty();
            assertThatThrownBy(() -> limited.upload(id, BytesPayload.of(DATA).ofUnknownLength()))
                    .isInstanceOf(LimitExceeded.class);
            assertAsBefore();
        }
    }

    @Test
    void onlyAQueuedImageTakesData() throws IOException {
        service.upload(id, BytesPayload.of(DATA));
        assertThatThrownBy(() -> service.upload(id, BytesPayload.of(new byte[1])))
                .isInstanceOf(Conflict.class);
        assertThat(service.download(id)).hasValue(DATA);
    }

    @Test
    void formatsMustBeSetFirst() throws IOException {
        registry.images()
                .update(
                        id,
                        ImageChange.builder().set(Attribute.DISK_FORMAT, null).build(),
                        Guard.always());
        assertThatThrownBy(() -> service.upload(id, BytesPayload.of(DATA))).isInstanceOf(InvalidRequest.class);
        assertAsBefore();
    }

    @Test
    void strangersFileInTheImagesPlaceIsKept() throws IOException {
        Files.writeString(directory.resolve(id.value()), "precious");
        assertThatThrownBy(() -> service.upload(id, BytesPayload.of(DATA))).isInstanceOf(Conflict.class);
        assertThat(service.image(id).status()).isEqualTo(ImageStatus.QUEUED);
        assertThat(directory.resolve(id.value())).hasContent("precious");
        assertThat(registry.journal().open()).isEmpty();
    }

    @Test
    void imageDeletedDuringTheUploadIsGoneAndSoAreItsBytes() throws IOException {
        assertThatThrownBy(() -> service.upload(id, meanwhile(() -> service.delete(id))))
                .isInstanceOf(Gone.class);
        assertThat(UploadSetup.files(directory)).isEmpty();
        assertThat(registry.journal().open()).isEmpty();
    }

    @Test
    void secondUploadAtTheSameTimeIsRefused() throws IOException {
        service.upload(
                id,
                meanwhile(() -> assertThatThrownBy(() -> service.upload(id, BytesPayload.of(new byte[1])))
                        .isInstanceOf(Conflict.class)));
        assertThat(service.download(id)).hasValue(DATA);
    }

    private static Payload meanwhile(Runnable event) {
        return new Payload() {
            @Override
            public OptionalLong length() {
                return OptionalLong.of(DATA.length);
            }

            @Override
            public long transferTo(WritableByteChannel sink) throws IOException {
                sink.write(ByteBuffer.wrap(DATA, 0, 1000));
                event.run();
                sink.write(ByteBuffer.wrap(DATA, 1000, DATA.length - 1000));
                return DATA.length;
            }

            @Override
            public void close() {}
        };
    }

    @ParameterizedTest
    @EnumSource(
            value = FailPoint.class,
            names = {
                "UPLOAD_CLAIMED",
                "STORE_WRITING",
                "STORE_BEFORE_SYNC",
                "STORE_BEFORE_RENAME",
                "STORE_AFTER_RENAME",
                "UPLOAD_BEFORE_ACTIVATE",
                "UPLOAD_AFTER_ACTIVATE"
            })
    void restartMendsWhatAKillAtAnyPointLeft(FailPoint point) throws IOException {
        BreakableDisk dying = new BreakableDisk();
        FailPoints kill = passed -> {
            if (passed == point) {
                dying.die();
                throw new Killed();
            }
        };
        UploadSetup killed = new UploadSetup(registry, directory, "worker-1", dying, kill);
        assertThatThrownBy(() -> killed.upload(id, BytesPayload.of(DATA))).isInstanceOf(Killed.class);
        boolean recorded = point == FailPoint.UPLOAD_AFTER_ACTIVATE;
        assertThat(service.image(id).status()).isEqualTo(recorded ? ImageStatus.ACTIVE : ImageStatus.SAVING);

        service.recovery().atStart();
        if (recorded) {
            assertThat(service.download(id)).hasValue(DATA);
            assertThat(UploadSetup.files(directory)).containsExactly(id.value());
        } else {
            assertAsBefore();
            assertRetryWorks();
        }
        assertThat(registry.journal().open()).isEmpty();
        assertThat(service.recovery().round()).isEqualTo(new glance.image.Recovery.Mended(0, 0, 0, 0));
    }

    @ParameterizedTest
    @EnumSource(
            value = FailPoint.class,
            names = {"UPLOAD_CLAIMED", "STORE_WRITING", "STORE_AFTER_RENAME", "UPLOAD_BEFORE_ACTIVATE"})
    void anUploadOfTheFirstApiThatACrashCutsIsKilled(FailPoint point) throws IOException {
        BreakableDisk dying = new BreakableDisk();
        FailPoints kill = passed -> {
            if (passed == point) {
                dying.die();
                throw new Killed();
            }
        };
        UploadSetup killed = new UploadSetup(registry, directory, "worker-1", dying, kill);
        assertThatThrownBy(() -> killed.uploadOnce(id, BytesPayload.of(DATA))).isInstanceOf(Killed.class);
        service.recovery().atStart();
        assertThat(service.image(id).status()).isEqualTo(ImageStatus.KILLED);
        assertThat(UploadSetup.files(directory)).isEmpty();
        assertThat(registry.journal().open()).isEmpty();
    }

    @Test
    void anUploadOfTheFirstApiThatCannotBeUndoneIsKilledLater() throws IOException {
        BreakableDisk broken = new BreakableDisk();
        FailPoints fail = passed -> {
            if (passed == FailPoint.UPLOAD_BEFORE_ACTIVATE) {
                broken.die();
                throw new IOException("no disk any more");
            }
        };
        UploadSetup failing = new UploadSetup(registry, directory, "worker-1", broken, fail);
        assertThatThrownBy(() -> failing.uploadOnce(id, BytesPayload.of(DATA))).isInstanceOf(IOException.class);
        assertThat(service.image(id).status()).isEqualTo(ImageStatus.SAVING);
        service.recovery().atStart();
        assertThat(service.image(id).status()).isEqualTo(ImageStatus.KILLED);
        assertThat(UploadSetup.files(directory)).isEmpty();
        assertThat(registry.journal().open()).isEmpty();
    }

    /** The end of a process, which no use case can catch. */
    private static final class Killed extends Error {
        private static final long serialVersionUID = 1L;
    }

    @Test
    void slowWorkerWhoseLeaseRanOutCanNeitherActivateNorRemoveWhatCameAfterIt() throws IOException {
        byte[] other = new byte[] {1, 2, 3};
        try (UploadSetup second =
                new UploadSetup(registry, directory, "worker-2", FileLayer.SYSTEM, FailPoints.INERT)) {
            FailPoints overtaken = passed -> {
                if (passed == FailPoint.UPLOAD_BEFORE_ACTIVATE) {
                    second.recovery().round();
                    second.upload(id, BytesPayload.of(other));
                }
            };
            try (UploadSetup slow = new UploadSetup(registry, directory, "worker-3", disk, overtaken)) {
                assertThatThrownBy(() -> slow.upload(id, BytesPayload.of(DATA))).isInstanceOf(Gone.class);
            }
            assertThat(second.download(id)).hasValue(other);
            assertThat(registry.journal().open()).isEmpty();
        }
    }

    @Test
    void overtakenWriterCannotPublish() throws IOException {
        try (UploadSetup second =
                new UploadSetup(registry, directory, "worker-2", FileLayer.SYSTEM, FailPoints.INERT)) {
            assertThatThrownBy(() ->
                            service.upload(id, meanwhile(() -> second.recovery().round())))
                    .isInstanceOf(Gone.class);
            assertAsBefore();
        }
        assertRetryWorks();
    }

    @Test
    void runningUploadIsNotAbandoned() throws IOException {
        service.upload(id, meanwhile(() -> service.recovery().round()));
        assertThat(service.download(id)).hasValue(DATA);
    }

    @Test
    void uploadWithoutJournalIsMendedOnlyWhenAlone() throws IOException {
        registry.images().update(id, ImageChange.status(ImageStatus.SAVING), Guard.always());
        Files.writeString(directory.resolve(id.value()), "half of an upload by the reference");
        service.recovery().atStart();
        assertThat(service.image(id).status()).isEqualTo(ImageStatus.SAVING);
        service.recovery().atStartAlone();
        assertAsBefore();
    }

    @Test
    void aloneEveryEntryIsAbandonedWhateverWorkerItNames() throws IOException {
        BreakableDisk dying = new BreakableDisk();
        FailPoints kill = passed -> {
            if (passed == FailPoint.UPLOAD_BEFORE_ACTIVATE) {
                dying.die();
                throw new Killed();
            }
        };
        UploadSetup killed = new UploadSetup(registry, directory, "former-host-name", dying, kill);
        assertThatThrownBy(() -> killed.upload(id, BytesPayload.of(DATA))).isInstanceOf(Killed.class);
        service.recovery().atStartAlone();
        assertAsBefore();
    }

    @Test
    void removalThatACrashInterruptedIsFinished() throws IOException {
        service.upload(id, BytesPayload.of(DATA));
        registry.images()
                .delete(
                        id,
                        Guard.always(),
                        (image, location) -> new glance.image.DataIntent(
                                image,
                                new glance.store.StoreId("file"),
                                location.at().url(),
                                glance.image.DataIntent.Kind.DISCARD,
                                "worker-1"));
        service.recovery().atStart();
        assertThat(UploadSetup.files(directory)).isEmpty();
        assertThat(registry.journal().open()).isEmpty();
    }

    @Test
    void imageWithoutDataHasNothingToDownload() throws IOException {
        assertThat(service.download(id)).isEmpty();
        assertThat(service.download(UploadSetup.CALLER, id, new DataRange("bytes=0-1", null)))
                .isEmpty();
        service.upload(id, BytesPayload.of(DATA));
        Files.delete(directory.resolve(id.value()));
        assertThat(service.download(id)).isEmpty();
    }

    @Test
    void fileThatLostItsEndIsNotServedAsWhole() throws IOException {
        service.upload(id, BytesPayload.of(DATA));
        Files.write(directory.resolve(id.value()), new byte[10]);
        assertThat(service.download(id)).isEmpty();
    }

    @Test
    void deactivatedImageIsForAdministratorsOnly() throws IOException {
        service.upload(id, BytesPayload.of(DATA));
        registry.images().update(id, ImageChange.status(ImageStatus.DEACTIVATED), Guard.always());
        assertThatThrownBy(() -> service.download(id)).isInstanceOf(Forbidden.class);
        Caller admin = UploadSetup.ADMIN;
        assertThat(service.download(admin, id, DataRange.WHOLE)).hasValue(DATA);
    }

    @Test
    void rangeTheImageDoesNotHaveIsRefused() throws IOException {
        service.upload(id, BytesPayload.of(DATA));
        assertThatThrownBy(() -> service.download(UploadSetup.CALLER, id, new DataRange("bytes=900000-", null)))
                .isInstanceOf(RangeNotSatisfiable.class);
    }

    @Test
    void registryThatDoesNotAnswerLeavesTheRestToRecovery() throws IOException {
        FailPoints failing = passed -> {
            if (passed == FailPoint.UPLOAD_BEFORE_ACTIVATE) {
                disk.breakAt(Call.DELETE, 1, new IOException("Input/output error"));
                throw new Unavailable("the registry does not answer");
            }
        };
        try (UploadSetup unlucky = new UploadSetup(registry, directory, "worker-1", disk, failing)) {
            assertThatThrownBy(() -> unlucky.upload(id, BytesPayload.of(DATA))).isInstanceOf(Unavailable.class);
            assertThat(service.image(id).status()).isEqualTo(ImageStatus.SAVING);
            assertThat(registry.journal().open()).hasSize(1);
            unlucky.recovery().round();
        }
        assertAsBefore();
    }
}
