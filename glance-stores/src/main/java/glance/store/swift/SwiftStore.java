package glance.store.swift;

import glance.config.Section;
import glance.http.client.ControlClient;
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
import glance.store.remote.ClosingPayload;
import glance.store.remote.EmptyPayload;
import glance.store.remote.HttpRangeReader;
import glance.store.remote.PartBudget;
import glance.store.remote.Retry;
import glance.store.remote.StoreHttp;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Images in containers of the service's own account, laid out as upstream does: an object named by the image's id, large ones in
 * segments beside it.
 */
final class SwiftStore implements Store, Inventory, Reconfigurable {
    private static final Set<Capability> ALL =
            EnumSet.of(Capability.READ, Capability.READ_RANGE, Capability.WRITE, Capability.DELETE);

    private static final Logger LOG = LoggerFactory.getLogger(SwiftStore.class);

    private static final int MOST_KNOWN = 200;

    /** What follows the prefix of segments. */
    private static final Pattern NUMBER = Pattern.compile("[0-9]{5,}");

    private static final Pattern ANY = Pattern.compile(".*", Pattern.DOTALL);
    private static final Pattern SEGMENT = Pattern.compile(".*-[0-9]{5,}");

    private final StoreId id;
    private final SwiftConfig config;
    private final StoreHttp http;
    private final ControlClient control;
    private final SwiftClient client;
    private final PartBudget budget;
    private final Retry retry;
    private final ServicePlaces service;
    private final SwiftPlaces places;
    /** Containers that were there when they were looked for. */
    private final Set<String> known;

    private final Set<SwiftWrite> writing;

    SwiftStore(
            StoreId id,
            SwiftConfig config,
            StoreHttp http,
            ControlClient control,
            PartBudget budget,
            Retry retry,
            ServicePlaces service,
            SwiftPlaces places) {
        this.id = id;
        this.config = config;
        this.http = http;
        this.control = control;
        this.client = new SwiftClient(http, retry);
        this.budget = budget;
        this.retry = retry;
        this.service = service;
        this.places = places;
        this.known = ConcurrentHashMap.newKeySet();
        this.writing = ConcurrentHashMap.newKeySet();
    }

    private SwiftStore(SwiftStore other, SwiftPlaces places) {
        this.id = other.id;
        this.config = other.config;
        this.http = other.http;
        this.control = other.control;
        this.client = other.client;
        this.budget = other.budget;
        this.retry = other.retry;
        this.service = other.service;
        this.places = places;
        this.known = other.known;
        this.writing = other.writing;
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
        return places.ofNew(image).map(SwiftPlaces.Place::location).map(Set::of).orElse(Set.of());
    }

    @Override
    public boolean holds(StoreLocation location) {
        return places.holds(location);
    }

    /** The same store with other places, which shares everything else. */
    SwiftStore reaching(SwiftPlaces other) {
        return new SwiftStore(this, other);
    }

    /** Sets metadata of the container that the data at {@code location} is in. */
    void describe(StoreLocation location, Map<String, String> headers) throws StoreException {
        var _ = told(() -> {
            client.describeContainer(places.at(location), headers);
            return true;
        });
    }

    @Override
    public WriteSession<StoreLocation> create(ImageId image, OptionalLong size) throws StoreException {
        SwiftPlaces.Place place = places.ofNew(image)
                .orElseThrow(() -> new StoreException.Denied(
                        "the caller's catalog has no " + config.catalog().endpoint() + " endpoint of type "
                                + config.catalog().type() + ", or there is no token",
                        null));
        return told(() -> {
            boolean made = requireContainer(place.target());
            boolean begun = false;
            try {
                if (client.head(place.target()).isPresent()) {
                    throw new StoreException.AlreadyExists("there is data at " + place.target() + " already");
                }
                begun = true;
                return begin(place, size, made);
            } finally {
                if (made && !begun && places.containerPerImage()) {
                    dropContainer(place.target());
                }
            }
        });
    }

    /**
     * Segments of one image have the same names whoever writes them: a second writer at the same time writes nothing.
     *
     * @param made whether the container was made for this
     */
    private WriteSession<StoreLocation> begin(SwiftPlaces.Place place, OptionalLong size, boolean made) {
        synchronized (writing) {
            if (writing.stream().anyMatch(write -> write.isAt(place.target()))) {
                return new LateWrite("there is another upload to " + place.target() + " under way");
            }
            SwiftWrite write = new SwiftWrite(config, client, budget, place, size, (one, committed) -> {
                writing.remove(one);
                if (made && !committed && places.containerPerImage()) {
                    dropContainer(place.target());
                }
                place.target().session().end();
            });
            writing.add(write);
            return write;
        }
    }

    /** Says whether it was made now. */
    private boolean requireContainer(SwiftClient.Target target) throws IOException {
        if (known.contains(target.container())) {
            return false;
        }
        boolean made = false;
        if (!client.containerExists(target)) {
            if (!config.createContainer()) {
                throw new StoreException.Unavailable(
                        "container " + target.container()
                                + " does not exist; swift_store_create_container_on_put = true creates it",
                        null);
            }
            client.createContainer(target, places.containerHeaders());
            made = true;
        }
        if (!places.containerPerImage() && known.size() < MOST_KNOWN) {
            known.add(target.container());
        }
        return made;
    }

    /** One that is not empty stays: somebody put something else there. */
    private void dropContainer(SwiftClient.Target target) {
        try {
            if (!client.deleteContainer(target)) {
                LOG.warn("container of an image is not empty and stays container={}", target.container());
            }
        } catch (IOException failure) {
            LOG.warn("container of an image stays container={}", target.container(), failure);
        }
    }

    @Override
    public Payload open(StoreLocation location, ByteRange range) throws StoreException {
        return told(() -> {
            SwiftClient.Target target = places.at(location);
            if (range.length() == 0) {
                if (described(target).size() < range.offset()) {
                    throw new StoreException.NotFound("there are no bytes " + range + " in " + target);
                }
                return EmptyPayload.INSTANCE;
            }
            Payload payload = HttpRangeReader.open(
                    "object " + target, range, budget, retry, (first, last) -> client.get(target, first, last));
            return new ClosingPayload(payload, target.session()::end);
        });
    }

    private SwiftClient.Described described(SwiftClient.Target target) throws IOException {
        return client.head(target).orElseThrow(() -> new StoreException.NotFound("there is no object " + target));
    }

    @Override
    public long size(StoreLocation location) throws StoreException {
        return told(() -> described(places.at(location)).size());
    }

    @Override
    public boolean delete(StoreLocation location) throws StoreException {
        return told(() -> {
            SwiftClient.Target target = places.at(location);
            try {
                return delete(target);
            } finally {
                target.session().end();
            }
        });
    }

    private boolean delete(SwiftClient.Target target) throws IOException {
        for (SwiftWrite write : writing) {
            if (write.isAt(target)) {
                write.forbid();
            }
        }
        known.remove(target.container());
        Optional<SwiftClient.Described> found = client.head(target);
        boolean present = found.isPresent() && remove(target, found.get());
        // Also what an upload left that never came to its manifest; not the data of an image whose id goes on with "-".
        String own = target.container() + "/" + target.object() + "-";
        deleteSegments(target, own, NUMBER);
        Optional<String> manifest = found.flatMap(SwiftClient.Described::manifest);
        if (manifest.isPresent() && !decoded(manifest.get()).equals(own)) {
            deleteSegments(target, manifest.get(), ANY);
        }
        if (places.containerPerImage()) {
            dropContainer(target);
        }
        return present;
    }

    private boolean remove(SwiftClient.Target target, SwiftClient.Described found) throws IOException {
        return found.staticLarge() ? client.deleteWithSegments(target) : client.delete(target);
    }

    /** The manifest is gone already: nobody reads a part of the image meanwhile. */
    private void deleteSegments(SwiftClient.Target target, String manifest, Pattern rest) throws IOException {
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
            client.deleteAll(page.stream()
                    .filter(one -> !one.name().equals(target.object()))
                    .filter(one ->
                            rest.matcher(one.name().substring(prefix.length())).matches())
                    .map(one -> container.named(one.name()))
                    .toList());
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
        SwiftClient.Target account = new SwiftClient.Target(service.session(config.account()), "", "");
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
        return client.list(new SwiftClient.Target(service.session(config.account()), config.container(), ""), "", "");
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
            SwiftClient.Target container =
                    new SwiftClient.Target(service.session(config.account()), config.container(), "");
            boolean present = config.seed() > 0 || told(() -> client.containerExists(container));
            return present || config.createContainer()
                    ? Health.ok()
                    : Health.down("container " + config.container() + " does not exist");
        } catch (StoreException failure) {
            return Health.down(String.valueOf(failure.getMessage()));
        }
    }

    /** The accounts and their keys, of the section and of the account file. */
    @Override
    public void reconfigure(Section section) {
        service.use(SwiftConfig.from(section));
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
