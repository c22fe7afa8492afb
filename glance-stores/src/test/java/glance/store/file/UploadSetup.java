package glance.store.file;

import glance.auth.Caller;
import glance.fault.FailPoints;
import glance.format.ImageFormats;
import glance.format.ImageFormats.Matching;
import glance.image.DataIntent;
import glance.image.DataRange;
import glance.image.Downloads;
import glance.image.Guard;
import glance.image.Image;
import glance.image.ImageAccess;
import glance.image.ImageId;
import glance.image.ImageStatus;
import glance.image.Recovery;
import glance.image.Registry;
import glance.image.Scope;
import glance.image.UploadRequest;
import glance.image.Uploads;
import glance.image.Visibility;
import glance.image.Worker;
import glance.image.transfer.HashAlgorithm;
import glance.image.transfer.Transfer;
import glance.policy.Action;
import glance.policy.Policy;
import glance.policy.Target;
import glance.quota.Quotas;
import glance.store.Payload;
import glance.store.StoreLocation;
import glance.store.Stores;
import glance.testkit.store.BytesPayload;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/** One process of the service, as far as uploads and downloads go: its worker, use cases and file store. */
final class UploadSetup implements AutoCloseable {
    static final Caller CALLER = Caller.of("user", "project", Set.of("member"), false);
    static final Caller ADMIN = Caller.of("root", "admin", Set.of("admin"), true);
    private static final Quotas QUOTAS = new Quotas(1L << 40, 0, 128, 128, 128, 10);

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

    private final Registry registry;
    private final Transfer transfer = new Transfer(HashAlgorithm.SHA512);
    private final FileStore store;
    private final Uploads uploads;
    private final Downloads downloads;
    private final Recovery recovery;

    UploadSetup(Registry registry, Path directory, String worker, FileLayer disk, FailPoints failPoints) {
        this(registry, directory, worker, disk, failPoints, QUOTAS);
    }

    UploadSetup(
            Registry registry, Path directory, String worker, FileLayer disk, FailPoints failPoints, Quotas quotas) {
        this.registry = registry;
        this.store = TestStores.of(
                TestStores.config(directory),
                new FileStoreDriver.Environment(worker, InstantSource.system(), failPoints, disk));
        Stores stores = Stores.of(store);
        ImageAccess access = new ImageAccess(registry.images(), EVERYTHING_ALLOWED);
        ImageFormats formats = new ImageFormats(List.of(), Matching.REQUIRED, Set.of("mbr"));
        Worker process = new Worker(worker, failPoints);
        this.uploads = new Uploads(registry, access, stores, transfer, new Uploads.Rules(quotas, formats), process);
        this.downloads = new Downloads(registry, access, stores);
        this.recovery = new Recovery(registry, stores, process, Duration.ZERO);
    }

    Recovery recovery() {
        return recovery;
    }

    /** As API v1 sends data: without it the image is killed. */
    Image uploadOnce(ImageId id, Payload body) throws IOException {
        return uploads.upload(
                CALLER,
                id,
                new UploadRequest(body.length(), Optional.empty(), Optional.empty(), ImageStatus.KILLED),
                body);
    }

    Image upload(ImageId id, Payload body) throws IOException {
        return uploads.upload(CALLER, id, new UploadRequest(body.length(), Optional.empty()), body);
    }

    Image upload(ImageId id, byte[] bytes, OptionalLong declaredSize) throws IOException {
        return uploads.upload(CALLER, id, new UploadRequest(declaredSize, Optional.empty()), BytesPayload.of(bytes));
    }

    Optional<byte[]> download(ImageId id) throws IOException {
        return download(CALLER, id, DataRange.WHOLE);
    }

    Optional<byte[]> download(Caller caller, ImageId id, DataRange range) throws IOException {
        Optional<Downloads.Download> download = downloads.open(caller, id, range);
        if (download.isEmpty()) {
            return Optional.empty();
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (Payload payload = download.get().payload()) {
            payload.transferTo(Channels.newChannel(bytes));
        }
        return Optional.of(bytes.toByteArray());
    }

    void delete(ImageId id) {
        registry.images()
                .delete(
                        id,
                        Guard.always(),
                        (image, location) -> new DataIntent(
                                image, store.id(), location.at().url(), DataIntent.Kind.DISCARD, "deleter"))
                .forEach(intent -> {
                    try {
                        store.delete(StoreLocation.of(intent.url()));
                        registry.journal().close(intent);
                    } catch (IOException failure) {
                        throw new UncheckedIOException(failure);
                    }
                });
    }

    static ImageId create(Registry registry, String diskFormat) {
        Instant now = Instant.now();
        ImageId id = new ImageId(UUID.randomUUID().toString());
        return registry.images()
                .create(new Image(
                        id,
                        "image",
                        ImageStatus.QUEUED,
                        Visibility.SHARED,
                        false,
                        false,
                        CALLER.projectId(),
                        diskFormat,
                        "bare",
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

    Image image(ImageId id) {
        return registry.images().get(id, Scope.EVERYTHING);
    }

    /** Every file below the directory, half-written ones too. */
    static List<String> files(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> directory.relativize(file).toString())
                    .toList();
        }
    }

    @Override
    public void close() {
        store.close();
        transfer.close();
    }
}
