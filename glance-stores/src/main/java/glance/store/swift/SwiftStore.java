package glance.store.swift;

import glance.http.client.ControlClient;
import glance.image.ImageId;
import glance.store.ByteRange;
import glance.store.Capability;
import glance.store.Health;
import glance.store.Inventory;
import glance.store.Payload;
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
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Images in containers of the service's own account, laid out as upstream does: an object named by the image's id, large ones in
 * segments beside it.
 */
final class SwiftStore implements Store, Inventory {
    private static final Set<Capability> ALL =
            EnumSet.of(Capability.READ, Capability.READ_RANGE, Capability.WRITE, Capability.DELETE);

    /** Accounts that only URLs name: of older configurations, a few. */
    private static final int MOST_SESSIONS = 200;

    private static final Pattern SEGMENT = Pattern.compile(".*-[0-9]{5,}");

    private final StoreId id;
    private final SwiftConfig config;
    private final StoreHttp http;
    private final ControlClient control;
    private final SwiftClient client;
    private final PartBudget budget;
    private final Retry retry;
    private final InstantSource clock;
    private final Map<SwiftAccount, SwiftSession> sessions = new ConcurrentHashMap<>();
    /** Containers that were there when they were looked for. */
    private final Set<String> known = ConcurrentHashMap.newKeySet();

    private final Set<SwiftWrite> writing = ConcurrentHashMap.newKeySet();

    SwiftStore(
            StoreId id,
            SwiftConfig config,
            StoreHttp http,
            ControlClient control,
            PartBudget budget,
            Retry retry,
            InstantSource clock) {
        this.id = id;
        this.config = config;
        this.http = http;
        this.control = control;
        this.client = new SwiftClient(http, retry);
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
        return SwiftUrl.SCHEMES;
    }

    @Override
    public Map<String, @Nullable Object> properties() {
        Map<String, @Nullable Object> properties = new LinkedHashMap<>();
        properties.put("container", config.container());
        properties.put("large_object_size", config.largeObject());
        properties.put("large_object_chunk_size", config.segment());
        return properties;
    }

    @Override
    public Set<Capability> capabilities() {
        return ALL;
    }

    @Override
    public Set<StoreLocation> candidates(ImageId image) {
        return Set.of(StoreLocation.of(SwiftUrl.prefix(config, container(image)) + image));
    }

    @Override
    public boolean holds(StoreLocation location) {
        // With a seed the container's name only begins as configured.
        String prefix = SwiftUrl.prefix(config, config.container());
        return config.seed() == 0
                ? location.url().startsWith(prefix)
                : location.url().startsWith(prefix.substring(0, prefix.length() - 1) + "_");
    }

    /** With a seed, so many characters of the id, and as many more as there are dashes among them. */
    String container(ImageId image) {
        if (config.seed() == 0) {
            return config.container();
        }
        String text = image.value().toLowerCase(Locale.ROOT);
        int count = Math.min(config.seed(), text.length());
        int dashes =
                (int) text.substring(0, count).chars().filter(one -> one == '-').count();
        return config.container() + "_" + text.substring(0, Math.min(text.length(), count + dashes));
    }

    private SwiftSession session(SwiftAccount account) {
        if (sessions.size() > MOST_SESSIONS) {
            sessions.clear(); // all log in again when they are next needed
        }
        return sessions.computeIfAbsent(account, it -> new SwiftSession(it, config, control, clock));
    }

    private SwiftClient.Target target(StoreLocation location) throws StoreException {
        SwiftUrl url = SwiftUrl.parse(location);
        return new SwiftClient.Target(session(account(url, location)), url.container(), url.object());
    }

    private SwiftAccount account(SwiftUrl url, StoreLocation location) throws StoreException {
        if (url.scheme().equals(SwiftUrl.CONFIG)) {
            // Upstream writes "None" for a default reference that nobody set.
            String reference = url.address().equals("None") ? config.reference() : url.address();
            SwiftAccount named = config.accounts().get(reference);
            if (named == null) {
                throw new StoreException.Unavailable(
                        "there is no account '" + reference + "', which location " + location + " names", null);
            }
            return named;
        }
        if (url.user().isEmpty()) {
            return config.account();
        }
        return new SwiftAccount(
                (url.secure() ? "https://" : "http://") + url.address(),
                config.account().version(),
                url.user().get(),
                url.key().orElse(""),
                Optional.empty(),
                SwiftAccount.Domain.DEFAULT,
                SwiftAccount.Domain.DEFAULT);
    }

    @Override
    public WriteSession<StoreLocation> create(ImageId image, OptionalLong size) throws StoreException {
        return told(() -> {
            SwiftClient.Target target =
                    new SwiftClient.Target(session(config.account()), container(image), image.value());
            requireContainer(target);
            if (client.head(target).isPresent()) {
                throw new StoreException.AlreadyExists("there is data at " + target + " already");
            }
            return begin(target, size);
        });
    }

    /** Segments of one image have the same names whoever writes them: a second writer at the same time writes nothing. */
    private synchronized WriteSession<StoreLocation> begin(SwiftClient.Target target, OptionalLong size) {
        if (writing.stream().anyMatch(write -> write.isAt(target))) {
            return new LateWrite("there is another upload to " + target + " under way");
        }
        SwiftWrite write = new SwiftWrite(config, client, budget, target, size, writing::remove);
        writing.add(write);
        return write;
    }

    private void requireContainer(SwiftClient.Target target) throws IOException {
        if (known.contains(target.container()) && known.size() < MOST_SESSIONS) {
            return;
        }
        if (!client.containerExists(target)) {
            if (!config.createContainer()) {
                throw new StoreException.Unavailable(
                        "container " + target.container()
                                + " does not exist; swift_store_create_container_on_put = true creates it",
                        null);
            }
            client.createContainer(target);
        }
        known.add(target.container());
    }

    @Override
    public Payload open(StoreLocation location, ByteRange range) throws StoreException {
        return told(() -> {
            SwiftClient.Target target = target(location);
            if (range.length() == 0) {
                if (described(target).size() < range.offset()) {
                    throw new StoreException.NotFound("there are no bytes " + range + " in " + target);
                }
                return EmptyPayload.INSTANCE;
            }
            return HttpRangeReader.open(
                    "object " + target, range, budget, retry, (first, last) -> client.get(target, first, last));
        });
    }

    private SwiftClient.Described described(SwiftClient.Target target) throws IOException {
        return client.head(target).orElseThrow(() -> new StoreException.NotFound("there is no object " + target));
    }

    @Override
    public long size(StoreLocation location) throws StoreException {
        return told(() -> described(target(location)).size());
    }

    @Override
    public boolean delete(StoreLocation location) throws StoreException {
        return told(() -> {
            SwiftClient.Target target = target(location);
            for (SwiftWrite write : writing) {
                if (write.isAt(target)) {
                    write.forbid();
                }
            }
            known.remove(target.container());
            Optional<SwiftClient.Described> found = client.head(target);
            boolean present =
                    found.isPresent() && client.delete(target, found.get().staticLarge());
            if (found.isPresent() && found.get().manifest().isPresent()) {
                deleteSegments(target, found.get().manifest().get());
            }
            // What an upload left that never came to its manifest.
            deleteSegments(target, target.container() + "/" + target.object() + "-");
            return present;
        });
    }

    /** The manifest is gone already: nobody reads a part of the image meanwhile. */
    private void deleteSegments(SwiftClient.Target target, String manifest) throws IOException {
        int slash = manifest.indexOf('/');
        if (slash < 1 || slash == manifest.length() - 1) {
            return; // no prefix would mean the whole container
        }
        SwiftClient.Target container =
                new SwiftClient.Target(target.session(), decoded(manifest.substring(0, slash)), "");
        String prefix = decoded(manifest.substring(slash + 1));
        String after = "";
        while (true) {
            List<SwiftClient.Listed> page = client.list(container, prefix, after);
            for (SwiftClient.Listed one : page) {
                if (!one.name().equals(target.object())) {
                    client.delete(container.named(one.name()), false);
                }
            }
            if (page.isEmpty()) {
                return;
            }
            after = page.getLast().name();
        }
    }

    /** Other clients write the manifest percent-encoded. */
    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException plain) {
            return text;
        }
    }

    /** Segments do not tell whose they are; the journal leads {@link #delete} to those of a crashed upload. */
    @Override
    public int sweep() {
        return 0;
    }

    @Override
    public void visitAll(Visitor visitor) throws StoreException {
        SwiftClient.Target account = new SwiftClient.Target(session(config.account()), "", "");
        if (config.seed() == 0) {
            visit(new SwiftClient.Target(account.session(), config.container(), ""), visitor);
            return;
        }
        String after = "";
        while (true) {
            String from = after;
            List<SwiftClient.Listed> page = told(() -> client.list(account, config.container() + "_", from));
            for (SwiftClient.Listed one : page) {
                visit(new SwiftClient.Target(account.session(), one.name(), ""), visitor);
            }
            if (page.isEmpty()) {
                return;
            }
            after = page.getLast().name();
        }
    }

    private void visit(SwiftClient.Target container, Visitor visitor) throws StoreException {
        String after = "";
        while (true) {
            String from = after;
            List<SwiftClient.Listed> page = told(() -> client.list(container, "", from));
            for (SwiftClient.Listed one : page) {
                if (!SEGMENT.matcher(one.name()).matches()) {
                    visitor.visit(stored(container, one));
                }
            }
            if (page.isEmpty()) {
                return;
            }
            after = page.getLast().name();
        }
    }

    /** The first names in the configured container, segments too. */
    List<SwiftClient.Listed> listed() throws IOException {
        return client.list(new SwiftClient.Target(session(config.account()), config.container(), ""), "", "");
    }

    private Stored stored(SwiftClient.Target container, SwiftClient.Listed one) throws StoreException {
        // A manifest is listed with no bytes, whatever its segments hold.
        long size = one.size() > 0
                ? one.size()
                : told(() -> client.head(container.named(one.name()))
                        .map(SwiftClient.Described::size)
                        .orElse(0L));
        StoreLocation at = StoreLocation.of(SwiftUrl.prefix(config, container.container()) + one.name());
        return new Stored(at, one.name(), size, modified(one.modifiedAt()));
    }

    private static Instant modified(String text) {
        try {
            return LocalDateTime.parse(text).toInstant(ZoneOffset.UTC);
        } catch (DateTimeParseException untold) {
            return Instant.EPOCH;
        }
    }

    @Override
    public Health health() {
        try {
            SwiftClient.Target container = new SwiftClient.Target(session(config.account()), config.container(), "");
            boolean present = config.seed() > 0 || told(() -> client.containerExists(container));
            return present || config.createContainer()
                    ? Health.ok()
                    : Health.down("container " + config.container() + " does not exist");
        } catch (StoreException failure) {
            return Health.down(String.valueOf(failure.getMessage()));
        }
    }

    @Override
    public void close() {
        http.close();
        control.close();
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
            throw new StoreException.Unavailable("Swift does not answer: " + silent.getMessage(), silent);
        }
    }
}
