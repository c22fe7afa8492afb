package glance.testkit.store;

import glance.auth.Caller;
import glance.image.ImageId;
import glance.store.ByteRange;
import glance.store.ForwardingStore;
import glance.store.Payload;
import glance.store.Readers;
import glance.store.Store;
import glance.store.StoreException;
import glance.store.StoreId;
import glance.store.StoreLocation;
import glance.store.TenantStore;
import glance.store.WriteSession;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A store in the heap that gives each project an account, for tests: data is its owner's, who says which other projects may
 * read it. Nobody else gets anything, neither does the service itself.
 */
public final class AccountStore extends ForwardingStore implements TenantStore {
    private final Map<String, String> owners = new ConcurrentHashMap<>();
    private final Map<String, Readers> readers = new ConcurrentHashMap<>();
    private volatile boolean deaf;

    public AccountStore(StoreId id) {
        super(new MemoryStore(id));
    }

    /** Whether it fails to hear who may read. */
    public void deaf(boolean now) {
        deaf = now;
    }

    @Override
    public <A> Optional<A> ability(Class<A> type) {
        return type.isInstance(this) ? Optional.of(type.cast(this)) : Optional.empty();
    }

    @Override
    public String serviceType() {
        return "memory";
    }

    @Override
    public Store actingFor(Caller caller) {
        return new Account(store(), caller.projectId());
    }

    @Override
    public void share(Caller caller, StoreLocation location, Readers allowed) throws StoreException {
        if (deaf) {
            throw new StoreException.Unavailable("deaf", null);
        }
        requireOwner(caller.projectId(), location);
        readers.put(location.url(), allowed);
    }

    private void requireOwner(@Nullable String project, StoreLocation location) throws StoreException {
        String owner = owners.get(location.url());
        if (owner == null) {
            throw new StoreException.NotFound("there is no data at " + location);
        }
        if (!owner.equals(project)) {
            throw new StoreException.Denied(location + " is in another account", null);
        }
    }

    private void requireReader(@Nullable String project, StoreLocation location) throws StoreException {
        boolean allowed = project != null
                && switch (readers.getOrDefault(location.url(), new Readers.Projects(new TreeSet<>()))) {
                    case Readers.Everybody _ -> true;
                    case Readers.Projects projects -> projects.ids().contains(project);
                };
        if (!allowed) {
            requireOwner(project, location);
        }
    }

    @Override
    public WriteSession<StoreLocation> create(ImageId image, OptionalLong size) throws StoreException {
        throw nobody();
    }

    @Override
    public Payload open(StoreLocation location, ByteRange range) throws StoreException {
        throw nobody();
    }

    @Override
    public boolean delete(StoreLocation location) throws StoreException {
        throw nobody();
    }

    private static StoreException nobody() {
        return new StoreException.Denied("nobody asks", null);
    }

    private final class Account extends ForwardingStore {
        private final @Nullable String project;

        Account(Store all, @Nullable String project) {
            super(all);
            this.project = project;
        }

        @Override
        public WriteSession<StoreLocation> create(ImageId image, OptionalLong size) throws StoreException {
            return new Owned(store().create(image, size));
        }

        @Override
        public Payload open(StoreLocation location, ByteRange range) throws StoreException {
            requireReader(project, location);
            return store().open(location, range);
        }

        @Override
        public boolean delete(StoreLocation location) throws StoreException {
            if (owners.containsKey(location.url())) {
                requireOwner(project, location);
                readers.remove(location.url());
                owners.remove(location.url());
            }
            return store().delete(location);
        }

        private final class Owned implements WriteSession<StoreLocation> {
            private final WriteSession<StoreLocation> session;

            Owned(WriteSession<StoreLocation> session) {
                this.session = session;
            }

            @Override
            public int write(ByteBuffer source) throws IOException {
                return session.write(source);
            }

            @Override
            public StoreLocation commit() throws IOException {
                StoreLocation location = session.commit();
                owners.put(location.url(), Objects.requireNonNull(project, "a caller without a project owns nothing"));
                return location;
            }

            @Override
            public boolean isOpen() {
                return session.isOpen();
            }

            @Override
            public void close() throws IOException {
                session.close();
            }
        }
    }
}
