package glance.store.rbd;

import glance.config.Section;
import glance.error.GlanceException;
import glance.image.ImageId;
import glance.store.ByteRange;
import glance.store.Capability;
import glance.store.Health;
import glance.store.Inventory;
import glance.store.Lender;
import glance.store.Payload;
import glance.store.Reconfigurable;
import glance.store.Store;
import glance.store.StoreException;
import glance.store.StoreId;
import glance.store.StoreLocation;
import glance.store.WriteSession;
import glance.store.remote.PartBudget;
import java.lang.foreign.MemorySegment;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Image data as RBD images: one per image, named like it, with a protected snapshot {@value #SNAPSHOT} that is read and that
 * others clone. What is half-written has a name of its own until it is whole ({@link Partials}).
 */
public final class RbdStore implements Store, Inventory, Lender, Reconfigurable {
    /** The snapshot of every image, in the reference's layout. */
    static final String SNAPSHOT = "snap";

    private static final Logger LOG = LoggerFactory.getLogger(RbdStore.class);
    private static final int READS = 8;
    /** As many as Ceph's own tool has on their way: each waits for the disk. */
    private static final int WRITES = 10;

    private static final int LEAST_PART_BYTES = 4 << 20;
    /** Of those who only want to know whether the cluster is there. */
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private static final String PROBE = "glance_health_probe.";

    private final StoreId id;
    private final RbdStoreConfig config;
    private final PartBudget budget;
    private final String worker;
    private final CephCalls calls;
    private final ClusterLink link;
    private final RbdImage.Opening opening;
    private final Partials partials;
    private final int partBytes;

    /**
     * @param worker this process's name among those that use the pool
     */
    RbdStore(StoreId id, RbdStoreConfig config, PartBudget budget, String worker, InstantSource clock) {
        this.id = id;
        this.config = config;
        this.budget = budget;
        this.worker = worker;
        this.calls = new CephCalls("rbd-" + id, config.callTimeout());
        this.link = new ClusterLink(id, config, calls);
        this.opening = new RbdImage.Opening(link, config.callTimeout());
        this.partials = new Partials(opening, clock);
        // Holes are whole objects; else halves, so that as much is under way in less memory.
        int object = config.thin() ? config.objectBytes() : config.objectBytes() / 2;
        this.partBytes = Math.max(LEAST_PART_BYTES, object);
    }

    /** Says early what is missing; nothing waits for it. */
    void connectInBackground() {
        link.connectInBackground();
    }

    @Override
    public StoreId id() {
        return id;
    }

    @Override
    public Set<String> schemes() {
        return Set.of(RbdLocation.SCHEME);
    }

    @Override
    public Map<String, @Nullable Object> properties() {
        Map<String, @Nullable Object> properties = new LinkedHashMap<>();
        properties.put("chunk_size", config.objectBytes());
        properties.put("pool", config.pool());
        properties.put("thin_provisioning", config.thin());
        properties.put("fsid", link.knownFsid().orElse(null));
        return properties;
    }

    @Override
    public Set<Capability> capabilities() {
        return EnumSet.allOf(Capability.class);
    }

    /** The cluster's id is part of it, so it has to be known. */
    @Override
    public Set<StoreLocation> candidates(ImageId image) {
        if (!canBeNamed(image)) {
            return Set.of();
        }
        try {
            return Set.of(target(link.cluster(), image).location());
        } catch (StoreException unreachable) {
            throw new GlanceException.Unavailable("the image store does not answer", unreachable);
        }
    }

    private RbdLocation target(Cluster cluster, ImageId image) {
        return new RbdLocation(cluster.fsid(), config.pool(), image.value(), SNAPSHOT);
    }

    /** An id may be any text a client chose; these would mean something else to Ceph's tools, or hide it. */
    private static boolean canBeNamed(ImageId image) {
        String name = image.value();
        return image.isPossible()
                && !name.startsWith(".")
                && name.chars().noneMatch(c -> c == '/' || c == '@' || c == 0);
    }

    /** False for the old form, which does not tell its place, and while the cluster's id is not known. */
    @Override
    public boolean holds(StoreLocation location) {
        try {
            RbdLocation at = RbdLocation.parse(location, config.pool());
            return at.fsid() != null
                    && at.pool().equals(config.pool())
                    && link.knownFsid().filter(at.fsid()::equals).isPresent();
        } catch (StoreException.NotFound malformed) {
            return false;
        } catch (StoreException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    @Override
    public WriteSession<StoreLocation> create(ImageId image, OptionalLong size) throws StoreException {
        if (!canBeNamed(image)) {
            throw new StoreException.Unsupported("image ID " + image + " cannot be the name of an RBD image");
        }
        long room = size.orElse(0);
        RbdLocation target = target(link.cluster(), image);
        RbdImage partial = run(
                "creating " + target.location(),
                (cluster, _) -> {
                    MemorySegment pool = cluster.pool(config.pool());
                    requireAbsent(cluster, pool, target);
                    return partials.create(cluster, pool, image.value(), room, config.order());
                },
                RbdImage::close);
        RbdWrite.Parts parts = new RbdWrite.Parts(link, partials, config, budget, partBytes, WRITES);
        RbdWrite write = new RbdWrite(parts, partial, target, room);
        partials.began(write);
        return write;
    }

    private static void requireAbsent(Cluster cluster, MemorySegment pool, RbdLocation target)
            throws CephError, StoreException {
        try {
            cluster.ceph().close(cluster.ceph().openToRead(pool, target.image(), null));
        } catch (CephError error) {
            if (error.is(CephError.MISSING)) {
                return;
            }
            throw error;
        }
        throw new StoreException.AlreadyExists("there is data at " + target.location() + " already");
    }

    @Override
    public Payload open(StoreLocation location, ByteRange range) throws StoreException {
        RbdPayload.Source source = source(location);
        long size = source.size();
        if (range.offset() > size || range.length() > size - range.offset()) {
            source.image().close();
            throw new StoreException.NotFound("range " + range.offset() + "+" + range.length() + " is not in the "
                    + size + " bytes of " + location);
        }
        return new RbdPayload(source, range, partBytes, READS, budget);
    }

    @Override
    public long size(StoreLocation location) throws StoreException {
        RbdPayload.Source source = source(location);
        source.image().close();
        return source.size();
    }

    private RbdPayload.Source source(StoreLocation location) throws StoreException {
        RbdLocation at = RbdLocation.parse(location, config.pool());
        return run(
                "opening " + location,
                (cluster, _) -> {
                    RbdImage image = opening.toRead(cluster, at);
                    boolean opened = false;
                    try {
                        RbdPayload.Source source = RbdPayload.Source.open(link, image, at, config.objectBytes());
                        opened = true;
                        return source;
                    } catch (ClosedChannelException impossible) {
                        throw new IllegalStateException(impossible);
                    } finally {
                        if (!opened) {
                            image.close();
                        }
                    }
                },
                late -> late.image().close());
    }

    @Override
    public boolean delete(StoreLocation location) throws StoreException {
        RbdLocation at;
        try {
            at = RbdLocation.parse(location, config.pool());
        } catch (StoreException.NotFound malformed) {
            return false;
        }
        // First what is half-written: once that is gone, nobody can publish it after the removal below.
        partials.endWritersOf(at.image());
        return run(
                "deleting " + location,
                (cluster, alive) -> {
                    MemorySegment pool = cluster.pool(at.pool());
                    partials.removeFor(cluster, pool, at.image(), alive);
                    return Removal.remove(cluster, pool, at, alive);
                },
                _ -> {});
    }

    @Override
    public void reclaim(StoreLocation location) throws StoreException {
        onSnapshot(location, Removal::unprotect);
    }

    @Override
    public void lendAgain(StoreLocation location) throws StoreException {
        onSnapshot(location, (cluster, pool, at, snapshot) -> Removal.protect(cluster, pool, at.image(), snapshot));
    }

    @FunctionalInterface
    private interface SnapshotWork {
        void on(Cluster cluster, MemorySegment pool, RbdLocation at, String snapshot) throws CephError, StoreException;
    }

    /** What is missing is nobody's. */
    private void onSnapshot(StoreLocation location, SnapshotWork work) throws StoreException {
        try {
            RbdLocation at = RbdLocation.parse(location, config.pool());
            String snapshot = at.snapshot();
            if (snapshot != null) {
                var _ = run(
                        "looking for who uses " + location,
                        (cluster, _) -> {
                            work.on(cluster, cluster.pool(at.pool()), at, snapshot);
                            return true;
                        },
                        _ -> {});
            }
        } catch (StoreException.NotFound missing) {
            LOG.debug("nothing is there location={}", location, missing);
        }
    }

    /** The service's start waits for it, so a cluster that is not there is not waited for long. */
    @Override
    public int sweep() throws StoreException {
        var _ = link.cluster(PATIENCE);
        return run(
                "sweeping pool " + config.pool(),
                (cluster, alive) -> partials.sweep(cluster, cluster.pool(config.pool()), alive),
                _ -> {});
    }

    /** The images that have the snapshot: without it they are half-written, or not of an image service. */
    @Override
    public void visitAll(Visitor visitor) throws StoreException {
        Cluster known = link.cluster();
        for (String name : run(
                "listing pool " + config.pool(),
                (cluster, _) -> cluster.ceph().list(cluster.pool(config.pool())),
                _ -> {})) {
            if (!name.startsWith(Partials.PREFIX)) {
                visit(new RbdLocation(known.fsid(), config.pool(), name, SNAPSHOT), visitor);
            }
        }
    }

    private void visit(RbdLocation at, Visitor visitor) throws StoreException {
        Stored stored;
        try {
            stored = run("looking at " + at.location(), (cluster, _) -> stored(cluster, at), _ -> {});
        } catch (StoreException.NotFound other) {
            LOG.trace("image has no data or went away image={}", at.image());
            return;
        }
        visitor.visit(stored);
    }

    private static Stored stored(Cluster cluster, RbdLocation at) throws CephError {
        Librbd ceph = cluster.ceph();
        MemorySegment image = ceph.openToRead(cluster.pool(at.pool()), at.image(), at.snapshot());
        try {
            return new Stored(at.location(), at.image(), ceph.size(image), ceph.modifiedAt(image));
        } finally {
            ceph.close(image);
        }
    }

    /** Writes a small object and removes it: that needs a monitor, the placement of the pool and room in it. */
    @Override
    public Health health() {
        try {
            link.run(
                    "probing pool " + config.pool(),
                    PATIENCE,
                    (cluster, _) -> {
                        cluster.ceph().probe(cluster.pool(config.pool()), PROBE + worker);
                        return true;
                    },
                    _ -> {});
            return Health.ok();
        } catch (CephError | StoreException failure) {
            LOG.debug("a small write failed store={}", id, failure);
            return Health.down("store " + id + " takes no small write: " + failure.getMessage());
        }
    }

    private <T> T run(String doing, ClusterLink.Work<T> work, Consumer<T> late) throws StoreException {
        try {
            return link.run(doing, work, late);
        } catch (CephError error) {
            throw error.whileDoing(doing);
        }
    }

    @Override
    public void reconfigure(Section section) {
        var _ = renew(RbdStoreConfig.from(section));
    }

    CephCalls.Call<Boolean> renew(RbdStoreConfig next) {
        return link.renew(next);
    }

    @Override
    public void close() {
        link.close();
        calls.close();
    }
}
