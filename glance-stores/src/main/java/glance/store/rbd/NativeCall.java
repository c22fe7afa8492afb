package glance.store.rbd;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.ValueLayout;
import java.util.Locale;

/**
 * The functions of librados and librbd that {@link Librbd} calls, with their C signatures; they are the same from Ceph 14 to 20.
 * Each answers an {@code int}, negative for an error, unless it says something else.
 */
enum NativeCall {
    RADOS_CREATE(ADDRESS, ADDRESS),
    RADOS_CONF_READ_FILE(ADDRESS, ADDRESS),
    RADOS_CONF_SET(ADDRESS, ADDRESS, ADDRESS),
    RADOS_CONF_GET(ADDRESS, ADDRESS, ADDRESS, JAVA_LONG),
    RADOS_CONNECT(ADDRESS),
    RADOS_SHUTDOWN(Answer.NONE, ADDRESS),
    RADOS_CLUSTER_FSID(ADDRESS, ADDRESS, JAVA_LONG),
    RADOS_IOCTX_CREATE(ADDRESS, ADDRESS, ADDRESS),
    RADOS_IOCTX_DESTROY(Answer.NONE, ADDRESS),
    RADOS_SET_POOL_FULL_TRY(Answer.NONE, ADDRESS),
    RADOS_WRITE_FULL(ADDRESS, ADDRESS, ADDRESS, JAVA_LONG),
    RADOS_REMOVE(ADDRESS, ADDRESS),
    RADOS_EXEC(ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS, JAVA_LONG),

    RBD_CREATE2(ADDRESS, ADDRESS, JAVA_LONG, JAVA_LONG, ADDRESS),
    RBD_OPEN(ADDRESS, ADDRESS, ADDRESS, ADDRESS),
    RBD_OPEN_READ_ONLY(ADDRESS, ADDRESS, ADDRESS, ADDRESS),
    RBD_CLOSE(ADDRESS),
    RBD_GET_SIZE(ADDRESS, ADDRESS),
    RBD_GET_ID(ADDRESS, ADDRESS, JAVA_LONG),
    RBD_GET_CREATE_TIMESTAMP(ADDRESS, ADDRESS),
    RBD_GET_MODIFY_TIMESTAMP(ADDRESS, ADDRESS),
    RBD_RESIZE(ADDRESS, JAVA_LONG),
    RBD_FLUSH(ADDRESS),
    RBD_SNAP_CREATE(ADDRESS, ADDRESS),
    RBD_SNAP_GET_ID(ADDRESS, ADDRESS, ADDRESS),
    RBD_SNAP_PROTECT(ADDRESS, ADDRESS),
    RBD_SNAP_UNPROTECT(ADDRESS, ADDRESS),
    RBD_SNAP_REMOVE(ADDRESS, ADDRESS),
    RBD_WATCHERS_LIST(ADDRESS, ADDRESS, ADDRESS),
    RBD_WATCHERS_LIST_CLEANUP(Answer.NONE, ADDRESS, JAVA_LONG),
    RBD_RENAME(ADDRESS, ADDRESS, ADDRESS),
    RBD_REMOVE_WITH_PROGRESS(ADDRESS, ADDRESS, ADDRESS, ADDRESS),
    RBD_TRASH_MOVE(ADDRESS, ADDRESS, JAVA_LONG),
    RBD_LIST(ADDRESS, ADDRESS, ADDRESS),
    RBD_AIO_CREATE_COMPLETION(ADDRESS, ADDRESS, ADDRESS),
    RBD_AIO_READ(ADDRESS, JAVA_LONG, JAVA_LONG, ADDRESS, ADDRESS),
    RBD_AIO_WRITE(ADDRESS, JAVA_LONG, JAVA_LONG, ADDRESS, ADDRESS),
    RBD_AIO_GET_RETURN_VALUE(Answer.COUNT, ADDRESS),
    RBD_AIO_RELEASE(Answer.NONE, ADDRESS);

    private enum Answer {
        CODE,
        COUNT,
        NONE
    }

    private final Answer answer;

    @SuppressWarnings("ImmutableEnumChecker") // nobody else sees the array, and layouts are immutable
    private final MemoryLayout[] parameters;

    NativeCall(MemoryLayout... parameters) {
        this(Answer.CODE, parameters);
    }

    NativeCall(Answer answer, MemoryLayout... parameters) {
        this.answer = answer;
        this.parameters = parameters;
    }

    String symbol() {
        return name().toLowerCase(Locale.ROOT);
    }

    FunctionDescriptor signature() {
        return switch (answer) {
            case CODE -> FunctionDescriptor.of(ValueLayout.JAVA_INT, parameters);
            case COUNT -> FunctionDescriptor.of(JAVA_LONG, parameters);
            case NONE -> FunctionDescriptor.ofVoid(parameters);
        };
    }
}
