package glance.store.s3;

import glance.config.Section;
import glance.image.ImageId;
import glance.store.ByteRange;
import glance.store.Capability;
import glance.store.Health;
import glance.store.Inventory;
import glance.store.Payload;
import glance.store.Reconfigurable;
import glance.store.Store;
import glance.store.StoreException;
import glance.store.StoreId;
import glance.store.StoreLocation;
import glance.store.WriteSession;
import glance.store.remote.EmptyPayload;
import glance.store.remote.HttpRangeReader;
import glance.store.remote.PartBudget;
import glance.store.remote.Retry;
import glance.store.remote.StoreHttp;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeParseException;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Images in a bucket: one plain object each, named by the image's id, as upstream lays them out. The endpoint is always the
 * configured one; bucket and key come from the location, and the credentials of older URLs where these lead to another bucket.
 * In the store's own bucket the configured ones count, so that replacing them needs no change of what is recorded.
 */
final class S3Store implements Store, Inventory, Reconfigurable {
    private static final Logger LOG = LoggerFactory.getLogger(S3Store.class);

    private static final Set<Capability> ALL =
            EnumSet.of(Capability.READ, Capability.READ_RANGE, Capability.WRITE, Capability.DELETE);

    /** An upload of another server may still run; nobody uploads one image for so long. */
    private static final Duration LEFT_OVER = Duration.ofDays(3);

    private static final int TURNS = 64;

    private static final Pattern IMAGE_ID = Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

    private final StoreId id;
    private volatile S3Config config;
    private final StoreHttp http;
    private final S3Client client;
    private final PartBudget budget;
    private final Retry retry;
    private final InstantSource clock;
    /** Writes of this process that are not committed, by key. */
    private final Set<S3Write> writing = ConcurrentHashMap.newKeySet();

    private final AtomicBoolean toldOfRights = new AtomicBoolean();

    /** Held by who commits, by key: not every server refuses the second of two objects that come at once. */
    private final Lock[] turns =
            Stream.generate(ReentrantLock::new).limit(TURNS).toArray(Lock[]::new);

    S3Store(
            StoreId id,
            S3Config config,
            StoreHttp http,
            S3Client client,
            PartBudget budget,
            Retry retry,
            InstantSource clock) {
        this.id = id;
        this.config = config;
        this.http = http;
        this.client = client;
        this.budget = budget;
        this.retry = retry;
        this.clock = clock;
    }

    @Override
    public StoreId id() {
        return id;
    }

    @Override
    public Set<String> schemes() {
        return S3Url.SCHEMES;
    }

    @Override
    public Map<String, @Nullable Object> properties() {
        Map<String, @Nullable Object> properties = new LinkedHashMap<>();
        properties.put("s3_store_large_object_size", config.largeObject());
        properties.put("s3_store_large_object_chunk_size", config.part());
        properties.put("s3_store_thread_pools", config.inFlight());
        return properties;
    }

    @Override
    public Set<Capability> capabilities() {
        return ALL;
    }

    @Override
    public Set<StoreLocation> candidates(ImageId image) {
        return Set.of(S3Url.write(config, image.value()));
    }

    @Override
    public boolean holds(StoreLocation location) {
        if (!location.scheme().equals(config.scheme())) {
            return false;
        }
        try {
            S3Url url = S3Url.parse(location);
            return url.host().equals(config.host()) && url.bucket().equals(config.bucket());
        } catch (StoreException malformed) {
            return false;
        }
    }

    /** Without the credentials that older releases wrote into it, unless they are still to be written. */
    @Override
    public StoreLocation current(StoreLocation location) {
        return config.credentialsInUrls() ? location : S3Url.withoutKeys(location);
    }

    private S3Client.Target target(StoreLocation location) throws StoreException {
        S3Url url = S3Url.parse(location);
        if (!config.canName(url.bucket())) {
            throw new StoreException.NotFound("the bucket of location " + location + " cannot stand in a host name");
        }
        return new S3Client.Target(url.bucket(), url.key(), holds(location) ? Optional.empty() : url.keys());
    }

    private S3Client.Target bucket() {
        return new S3Client.Target(config.bucket(), "", Optional.empty());
    }

    @Override
    public WriteSession<StoreLocation> create(ImageId image, OptionalLong size) throws StoreException {
        return told(() -> {
            requireBucket();
            S3Client.Target target = new S3Client.Target(config.bucket(), image.value(), Optional.empty());
            if (client.head(target).isPresent()) {
                throw new StoreException.AlreadyExists(
                        "there is data at " + S3Url.write(config, image.value()) + " already");
            }
            S3Write write = new S3Write(config, client, budget, target, size, turn(target), writing::remove);
            writing.add(write);
            return write;
        });
    }

    private Lock turn(S3Client.Target target) {
        return turns[Math.floorMod(target.key().hashCode(), TURNS)];
    }

    private void requireBucket() throws IOException {
        if (client.bucketExists(bucket())) {
            return;
        }
        if (!config.createBucket()) {
            throw new StoreException.Unavailable(
                    "bucket " + config.bucket() + " does not exist; s3_store_create_bucket_on_put = true creates it",
                    null);
        }
        client.createBucket(bucket());
    }

    @Override
    public Payload open(StoreLocation location, ByteRange range) throws StoreException {
        return told(() -> {
            S3Client.Target target = target(location);
            if (range.length() == 0) {
                requireBytes(target, range);
                return EmptyPayload.INSTANCE;
            }
            return HttpRangeReader.open(
                    "object " + target.key(), range, budget, retry, (first, last) -> client.get(target, first, last));
        });
    }

    private void requireBytes(S3Client.Target target, ByteRange range) throws IOException {
        OptionalLong size = client.head(target);
        if (size.isEmpty() || size.getAsLong() < range.offset()) {
            throw new StoreException.NotFound("there are no bytes " + range + " in object " + target.key());
        }
    }

    @Override
    public long size(StoreLocation location) throws StoreException {
        return told(() -> client.head(target(location))
                .orElseThrow(() -> new StoreException.NotFound("there is no object at " + location)));
    }

    @Override
    public boolean delete(StoreLocation location) throws StoreException {
        return told(() -> {
            S3Client.Target target = target(location);
            for (S3Write write : writing) {
                if (write.isAt(target)) {
                    write.forbid();
                }
            }
            abort(target, unfinished(target));
            // A delete of S3 does not tell whether there was anything.
            boolean present = client.head(target).isPresent();
            if (present) {
                client.delete(target);
            }
            return present;
        });
    }

    private List<S3Client.Unfinished> unfinished(S3Client.Target target) throws IOException {
        S3Client.Target bucket = new S3Client.Target(target.bucket(), "", target.keys());
        try {
            return client.unfinished(bucket, target.key()).stream()
                    .filter(one -> one.key().equals(target.key()))
                    .toList();
        } catch (StoreException.Denied refused) {
            // The reference never lists uploads, so the rights it was given need not cover that.
            if (toldOfRights.compareAndSet(false, true)) {
                LOG.warn(
                        "parts of unfinished uploads stay, s3:ListBucketMultipartUploads is not granted store={} bucket={}",
                        id,
                        target.bucket());
            }
            return List.of();
        }
    }

    private void abort(S3Client.Target target, List<S3Client.Unfinished> uploads) throws IOException {
        for (S3Client.Unfinished one : uploads) {
            client.abortParts(new S3Client.Target(target.bucket(), one.key(), target.keys()), one.upload());
        }
    }

    /** Parts of uploads that nobody finishes cost money and are in no list of objects. */
    @Override
    public int sweep() throws StoreException {
        return told(() -> {
            Instant limit = clock.instant().minus(LEFT_OVER);
            List<S3Client.Unfinished> left = client.unfinished(bucket(), "").stream()
                    .filter(one -> IMAGE_ID.matcher(one.key()).matches())
                    .filter(one -> begun(one).isBefore(limit))
                    .filter(one -> writing.stream().noneMatch(write -> write.isUpload(one.upload())))
                    .toList();
            abort(bucket(), left);
            return left.size();
        });
    }

    private Instant begun(S3Client.Unfinished upload) {
        try {
            return Instant.parse(upload.begunAt());
        } catch (DateTimeParseException untold) {
            return clock.instant();
        }
    }

    @Override
    public void visitAll(Visitor visitor) throws StoreException {
        String after = "";
        while (true) {
            String from = after;
            List<S3Client.Listed> page = told(() -> client.list(bucket(), from));
            for (S3Client.Listed one : page) {
                visitor.visit(
                        new Stored(S3Url.write(config, one.key()), one.key(), one.size(), modified(one.modifiedAt())));
            }
            if (page.isEmpty()) {
                return;
            }
            after = page.getLast().key();
        }
    }

    private static Instant modified(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException untold) {
            return Instant.EPOCH;
        }
    }

    @Override
    public Health health() {
        try {
            boolean present = told(() -> client.bucketExists(bucket()));
            return present || config.createBucket()
                    ? Health.ok()
                    : Health.down("bucket " + config.bucket() + " does not exist");
        } catch (StoreException failure) {
            return Health.down(String.valueOf(failure.getMessage()));
        }
    }

    @Override
    public void reconfigure(Section section) {
        S3Config next = S3Config.from(section);
        config = next;
        client.use(next.keys());
    }

    @Override
    public void close() {
        http.close();
        LOG.debug("store closed store={}", id);
    }

    interface Work<T> {
        T run() throws IOException;
    }

    /** Whatever is no answer of the store means: it does not answer. */
    static <T> T told(Work<T> work) throws StoreException {
        try {
            return work.run();
        } catch (StoreException known) {
            throw known;
        } catch (IOException silent) {
            throw new StoreException.Unavailable("S3 does not answer: " + silent.getMessage(), silent);
        }
    }
}
