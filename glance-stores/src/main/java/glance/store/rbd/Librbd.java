package glance.store.rbd;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * librados and librbd with Java's types; the only place of native calls. Everything but {@link #read} and {@link #write} may
 * block for as long as the cluster likes, so it belongs on the threads of {@link CephCalls}. Handles are plain addresses:
 * nothing here keeps one from being used after its end, {@link Cluster} and {@link RbdImage} do. Thread-safe.
 */
@SuppressWarnings("restricted") // calling native code is what this class is for
final class Librbd {
    private static final Linker LINKER = Linker.nativeLinker();
    private static final int TEXT_BYTES = 4096;
    private static final MemoryLayout WATCHER = MemoryLayout.structLayout(ADDRESS, JAVA_LONG, JAVA_LONG);
    private static final int MOST_WATCHERS = 16;

    private final Map<NativeCall, MethodHandle> functions = new EnumMap<>(NativeCall.class);
    private final MemorySegment completed;
    private final AtomicLong numbers = new AtomicLong();
    /** By number, which is all that native code is given to hold. */
    private final Map<Long, Transfer> transfers = new ConcurrentHashMap<>();

    /**
     * A read or write under way.
     *
     * @param memory what librbd reads from or writes to, kept from being freed until it has answered
     */
    private record Transfer(MemorySegment memory, CompletableFuture<Long> answer) {}

    /**
     * Loads the libraries.
     *
     * @throws UnsatisfiedLinkError when they are not installed or lack a function
     */
    static Librbd load() {
        try {
            SymbolLookup rados = SymbolLookup.libraryLookup("librados.so.2", Arena.global());
            SymbolLookup rbd = SymbolLookup.libraryLookup("librbd.so.1", Arena.global());
            return new Librbd(rbd.or(rados));
        } catch (IllegalArgumentException | NoSuchElementException missing) {
            UnsatisfiedLinkError failure = new UnsatisfiedLinkError(missing.getMessage());
            failure.initCause(missing);
            throw failure;
        }
    }

    private Librbd(SymbolLookup symbols) {
        for (NativeCall call : NativeCall.values()) {
            functions.put(call, LINKER.downcallHandle(symbols.findOrThrow(call.symbol()), call.signature()));
        }
        completed = LINKER.upcallStub(
                upcall("completed", MethodType.methodType(void.class, MemorySegment.class, MemorySegment.class)),
                FunctionDescriptor.ofVoid(ADDRESS, ADDRESS),
                Arena.global());
    }

    private MethodHandle upcall(String method, MethodType type) {
        try {
            return MethodHandles.lookup().bind(this, method, type);
        } catch (NoSuchMethodException | IllegalAccessException impossible) {
            throw new LinkageError(method, impossible);
        }
    }

    private Object invoke(NativeCall call, Object... arguments) {
        try {
            return Objects.requireNonNullElse(
                    Objects.requireNonNull(functions.get(call)).invokeWithArguments(arguments), 0);
        } catch (RuntimeException | Error unexpected) {
            throw unexpected;
        } catch (Throwable impossible) {
            throw new LinkageError(call.symbol(), impossible);
        }
    }

    private int call(NativeCall call, Object... arguments) throws CephError {
        int answer = (int) invoke(call, arguments);
        if (answer < 0) {
            throw new CephError(call.symbol(), -answer);
        }
        return answer;
    }

    private static MemorySegment text(Arena arena, @Nullable String text) {
        return text == null ? MemorySegment.NULL : arena.allocateFrom(text);
    }

    /**
     * A cluster that is not connected yet.
     *
     * @param user without {@code client.}; null for librados' own choice
     */
    MemorySegment create(@Nullable String user) throws CephError {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment cluster = arena.allocate(ADDRESS);
            call(NativeCall.RADOS_CREATE, cluster, text(arena, user));
            return cluster.get(ADDRESS, 0);
        }
    }

    /** Null for the usual places. */
    void readConfiguration(MemorySegment cluster, @Nullable String file) throws CephError {
        try (Arena arena = Arena.ofConfined()) {
            call(NativeCall.RADOS_CONF_READ_FILE, cluster, text(arena, file));
        }
    }

    void configure(MemorySegment cluster, String option, String value) throws CephError {
        try (Arena arena = Arena.ofConfined()) {
            call(NativeCall.RADOS_CONF_SET, cluster, text(arena, option), text(arena, value));
        }
    }

    String configured(MemorySegment cluster, String option) throws CephError {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocate(TEXT_BYTES);
            call(NativeCall.RADOS_CONF_GET, cluster, text(arena, option), value, value.byteSize());
            return value.getString(0);
        }
    }

    void connect(MemorySegment cluster) throws CephError {
        call(NativeCall.RADOS_CONNECT, cluster);
    }

    /** Also for one that never connected; no handle of it may be in use. */
    void shutDown(MemorySegment cluster) {
        invoke(NativeCall.RADOS_SHUTDOWN, cluster);
    }

    String fsid(MemorySegment cluster) throws CephError {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment fsid = arena.allocate(TEXT_BYTES);
            call(NativeCall.RADOS_CLUSTER_FSID, cluster, fsid, fsid.byteSize());
            return fsid.getString(0);
        }
    }

    /** A pool whose being full makes writes fail at once instead of waiting for room, and which then still deletes. */
    MemorySegment pool(MemorySegment cluster, String name) throws CephError {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment pool = arena.allocate(ADDRESS);
            call(NativeCall.RADOS_IOCTX_CREATE, cluster, text(arena, name), pool);
            MemorySegment opened = pool.get(ADDRESS, 0);
            invoke(NativeCall.RADOS_SET_POOL_FULL_TRY, opened);
            return opened;
        }
    }

    void closePool(MemorySegment pool) {
        invoke(NativeCall.RADOS_IOCTX_DESTROY, pool);
    }

    /** Writes a small object, then removes it. */
    void probe(MemorySegment pool, String object) throws CephError {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment name = text(arena, object);
            call(NativeCall.RADOS_WRITE_FULL, pool, name, name, name.byteSize());
            call(NativeCall.RADOS_REMOVE, pool, name);
        }
    }

    /** Asks the cluster itself, not what an open image remembers, whether a snapshot is still there: missing when not. */
    void requireSnapshot(MemorySegment pool, String imageId, long snapshot) throws CephError {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment out = arena.allocate(64);
            call(
                    NativeCall.RADOS_EXEC,
                    pool,
                    text(arena, "rbd_header." + imageId),
                    text(arena, "rbd"),
                    text(arena, "get_size"),
                    arena.allocateFrom(JAVA_LONG, snapshot),
                    JAVA_LONG.byteSize(),
                    out,
                    out.byteSize());
        }
    }

    /**
     * @param order the object size is 2 to this power
     */
    void createImage(MemorySegment pool, String name, long size, long features, int order) throws CephError {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment wanted = arena.allocateFrom(JAVA_INT, order);
            call(NativeCall.RBD_CREATE2, pool, text(arena, name), size, features, wanted);
        }
    }

    /** Others see that it is open; when written to, it is locked. */
    MemorySegment open(MemorySegment pool, String name) throws CephError {
        return open(NativeCall.RBD_OPEN, pool, name, null);
    }

    /** Nobody sees that it is open. */
    MemorySegment openToRead(MemorySegment pool, String name, @Nullable String snapshot) throws CephError {
        return open(NativeCall.RBD_OPEN_READ_ONLY, pool, name, snapshot);
    }

    private MemorySegment open(NativeCall how, MemorySegment pool, String name, @Nullable String snapshot)
            throws CephError {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment image = arena.allocate(ADDRESS);
            call(how, pool, text(arena, name), image, text(arena, snapshot));
            return image.get(ADDRESS, 0);
        }
    }

    /** Waits for what is under way on it. The handle is gone even after an error. */
    void close(MemorySegment image) throws CephError {
        call(NativeCall.RBD_CLOSE, image);
    }

    long size(MemorySegment image) throws CephError {
        return number(NativeCall.RBD_GET_SIZE, image);
    }

    private long number(NativeCall what, MemorySegment image) throws CephError {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment number = arena.allocate(JAVA_LONG);
            call(what, image, number);
            return number.get(JAVA_LONG, 0);
        }
    }

    /** The id that never changes, whatever the image's name is. */
    String id(MemorySegment image) throws CephError {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment id = arena.allocate(TEXT_BYTES);
            call(NativeCall.RBD_GET_ID, image, id, id.byteSize());
            return id.getString(0);
        }
    }

    Instant createdAt(MemorySegment image) throws CephError {
        return time(NativeCall.RBD_GET_CREATE_TIMESTAMP, image);
    }

    Instant modifiedAt(MemorySegment image) throws CephError {
        return time(NativeCall.RBD_GET_MODIFY_TIMESTAMP, image);
    }

    private Instant time(NativeCall which, MemorySegment image) throws CephError {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment time = arena.allocate(JAVA_LONG, 2);
            call(which, image, time);
            return Instant.ofEpochSecond(time.getAtIndex(JAVA_LONG, 0), time.getAtIndex(JAVA_LONG, 1));
        }
    }

    void resize(MemorySegment image, long size) throws CephError {
        call(NativeCall.RBD_RESIZE, image, size);
    }

    void flush(MemorySegment image) throws CephError {
        call(NativeCall.RBD_FLUSH, image);
    }

    void createSnapshot(MemorySegment image, String snapshot) throws CephError {
        onSnapshot(NativeCall.RBD_SNAP_CREATE, image, snapshot);
    }

    void protect(MemorySegment image, String snapshot) throws CephError {
        onSnapshot(NativeCall.RBD_SNAP_PROTECT, image, snapshot);
    }

    void unprotect(MemorySegment image, String snapshot) throws CephError {
        onSnapshot(NativeCall.RBD_SNAP_UNPROTECT, image, snapshot);
    }

    void removeSnapshot(MemorySegment image, String snapshot) throws CephError {
        onSnapshot(NativeCall.RBD_SNAP_REMOVE, image, snapshot);
    }

    private void onSnapshot(NativeCall what, MemorySegment image, String snapshot) throws CephError {
        try (Arena arena = Arena.ofConfined()) {
            call(what, image, text(arena, snapshot));
        }
    }

    long snapshotId(MemorySegment image, String snapshot) throws CephError {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment id = arena.allocate(JAVA_LONG);
            call(NativeCall.RBD_SNAP_GET_ID, image, text(arena, snapshot), id);
            return id.get(JAVA_LONG, 0);
        }
    }

    /** How many have it open for writing, this handle included when it is such; many count as some. */
    long watchers(MemorySegment image) throws CephError {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment watchers = arena.allocate(WATCHER, MOST_WATCHERS);
            MemorySegment count = arena.allocateFrom(JAVA_LONG, (long) MOST_WATCHERS);
            call(NativeCall.RBD_WATCHERS_LIST, image, watchers, count);
            long found = count.get(JAVA_LONG, 0);
            invoke(NativeCall.RBD_WATCHERS_LIST_CLEANUP, watchers, found);
            return found;
        } catch (CephError many) {
            if (many.is(CephError.OUT_OF_RANGE)) {
                return MOST_WATCHERS;
            }
            throw many;
        }
    }

    void rename(MemorySegment pool, String from, String to) throws CephError {
        try (Arena arena = Arena.ofConfined()) {
            call(NativeCall.RBD_RENAME, pool, text(arena, from), text(arena, to));
        }
    }

    /**
     * Removes an image and its objects.
     *
     * @param alive run from time to time while it takes long
     */
    void remove(MemorySegment pool, String name, Runnable alive) throws CephError {
        try (Arena arena = Arena.ofShared()) {
            MethodType type =
                    MethodType.methodType(int.class, Runnable.class, long.class, long.class, MemorySegment.class);
            MethodHandle progress = MethodHandles.insertArguments(
                    MethodHandles.lookup().findStatic(Librbd.class, "progressed", type), 0, alive);
            MemorySegment stub =
                    LINKER.upcallStub(progress, FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, ADDRESS), arena);
            call(NativeCall.RBD_REMOVE_WITH_PROGRESS, pool, text(arena, name), stub, MemorySegment.NULL);
        } catch (NoSuchMethodException | IllegalAccessException impossible) {
            throw new LinkageError("progressed", impossible);
        }
    }

    @SuppressWarnings({"unused", "UnusedVariable"}) // called by librbd, with its parameters
    private static int progressed(Runnable alive, long done, long total, MemorySegment argument) {
        alive.run();
        return 0;
    }

    void moveToTrash(MemorySegment pool, String name) throws CephError {
        try (Arena arena = Arena.ofConfined()) {
            call(NativeCall.RBD_TRASH_MOVE, pool, text(arena, name), 0L);
        }
    }

    /** The names of all images of a pool. */
    List<String> list(MemorySegment pool) throws CephError {
        long bytes = 1 << 16;
        while (true) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment size = arena.allocateFrom(JAVA_LONG, bytes);
                MemorySegment names = arena.allocate(bytes);
                int used = call(NativeCall.RBD_LIST, pool, names, size);
                String terminated = new String(names.asSlice(0, used).toArray(JAVA_BYTE), StandardCharsets.UTF_8);
                return terminated.isEmpty() ? List.of() : List.of(terminated.split("\0"));
            } catch (CephError small) {
                if (!small.is(CephError.OUT_OF_RANGE)) {
                    throw small;
                }
                bytes *= 4;
            }
        }
    }

    /**
     * Begins to fill {@code into}, which must be outside of the heap.
     *
     * @return bytes read, or a negative error number; until then the memory is librbd's
     */
    CompletableFuture<Long> read(MemorySegment image, long offset, MemorySegment into) throws CephError {
        return transfer(NativeCall.RBD_AIO_READ, image, offset, into);
    }

    /**
     * Begins to write all of {@code from}, which must be outside of the heap.
     *
     * @return 0, or a negative error number; until then the memory is librbd's
     */
    CompletableFuture<Long> write(MemorySegment image, long offset, MemorySegment from) throws CephError {
        return transfer(NativeCall.RBD_AIO_WRITE, image, offset, from);
    }

    private CompletableFuture<Long> transfer(
            NativeCall direction, MemorySegment image, long offset, MemorySegment memory) throws CephError {
        long number = numbers.incrementAndGet();
        Transfer transfer = new Transfer(memory, new CompletableFuture<>());
        transfers.put(number, transfer);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment out = arena.allocate(ADDRESS);
            call(NativeCall.RBD_AIO_CREATE_COMPLETION, MemorySegment.ofAddress(number), completed, out);
            MemorySegment completion = out.get(ADDRESS, 0);
            int answer = (int) invoke(direction, image, offset, memory.byteSize(), memory, completion);
            if (answer < 0) {
                invoke(NativeCall.RBD_AIO_RELEASE, completion);
                throw new CephError(direction.symbol(), -answer);
            }
            return transfer.answer();
        } catch (CephError refused) {
            transfers.remove(number);
            throw refused;
        }
    }

    /** Run by librbd's threads, which must not wait here; what it threw would end the process. */
    @SuppressWarnings({"unused", "UnusedMethod"}) // called by librbd
    private void completed(MemorySegment completion, MemorySegment number) {
        Transfer transfer = transfers.remove(number.address());
        long answer = (long) invoke(NativeCall.RBD_AIO_GET_RETURN_VALUE, completion);
        invoke(NativeCall.RBD_AIO_RELEASE, completion);
        if (transfer != null) {
            transfer.answer().complete(answer);
        }
    }
}
