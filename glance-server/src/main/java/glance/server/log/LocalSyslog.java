package glance.server.log;

import glance.config.ConfigException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The system log, reached over its local datagram socket. The JDK speaks to stream sockets only, so the four calls of the C
 * library are made directly. A line is {@code <priority>line}, as Python's handler sends it; a full socket loses the line
 * rather than hold up the service. Not thread-safe.
 */
final class LocalSyslog implements Sink {
    static final Path SOCKET = Path.of("/dev/log");

    /** By number; 12 to 15 are not for programs. */
    private static final List<String> FACILITIES = List.of(
            "LOG_KERN",
            "LOG_USER",
            "LOG_MAIL",
            "LOG_DAEMON",
            "LOG_AUTH",
            "LOG_SYSLOG",
            "LOG_LPR",
            "LOG_NEWS",
            "LOG_UUCP",
            "LOG_CRON",
            "LOG_AUTHPRIV",
            "LOG_FTP",
            "-",
            "-",
            "-",
            "-",
            "LOG_LOCAL0",
            "LOG_LOCAL1",
            "LOG_LOCAL2",
            "LOG_LOCAL3",
            "LOG_LOCAL4",
            "LOG_LOCAL5",
            "LOG_LOCAL6",
            "LOG_LOCAL7");

    // Linux, the same on every architecture this runs on.
    private static final int AF_UNIX = 1;
    private static final int SOCK_DGRAM_CLOEXEC = 2 | 0x80000;
    private static final int MSG_DONTWAIT_NOSIGNAL = 0x40 | 0x4000;
    private static final int ADDRESS_BYTES = 110;

    private final Path path;
    private final int facility;
    private final MethodHandle socket =
            function("socket", ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT);
    private final MethodHandle connect =
            function("connect", ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT);
    private final MethodHandle close = function("close", ValueLayout.JAVA_INT);
    private final MethodHandle send =
            function("send", ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT);
    /** The open socket, or -1. */
    private int descriptor = -1;

    /** @param facility by number, as {@link #facility} says */
    LocalSyslog(Path path, int facility) {
        this.path = path;
        this.facility = facility;
    }

    /**
     * The number of a facility, named with or without {@code LOG_}, in any case.
     *
     * @throws ConfigException when there is none of that name
     */
    static int facility(String name) {
        String upper = name.strip().toUpperCase(Locale.ROOT);
        int number = FACILITIES.indexOf(upper.startsWith("LOG_") ? upper : "LOG_" + upper);
        if (number < 0) {
            List<String> accepted = new ArrayList<>(FACILITIES);
            accepted.removeIf("-"::equals);
            throw new ConfigException("option syslog_log_facility in [DEFAULT]: '" + name
                    + "' is not accepted; accepted: " + String.join(", ", accepted));
        }
        return number;
    }

    @SuppressWarnings("restricted") // the launcher enables native access; there is no other way to a datagram socket
    private static MethodHandle function(String name, ValueLayout... parameters) {
        Linker linker = Linker.nativeLinker();
        ValueLayout result = name.equals("send") ? ValueLayout.JAVA_LONG : ValueLayout.JAVA_INT;
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow(name), FunctionDescriptor.of(result, parameters));
    }

    @Override
    public void write(Severity severity, byte[] line) throws IOException {
        byte[] head = ("<" + (facility * 8 + severity.number()) + ">").getBytes(StandardCharsets.US_ASCII);
        // The line break belongs to files.
        int length = head.length + line.length - 1;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment datagram = arena.allocate(length);
            MemorySegment.copy(head, 0, datagram, ValueLayout.JAVA_BYTE, 0, head.length);
            MemorySegment.copy(line, 0, datagram, ValueLayout.JAVA_BYTE, head.length, line.length - 1);
            if (descriptor >= 0 && sent(datagram)) {
                return;
            }
            // The system log may have been restarted.
            open(arena);
            if (!sent(datagram)) {
                throw new IOException("system log " + path + " does not take a line of " + length + " bytes");
            }
        }
    }

    private boolean sent(MemorySegment datagram) {
        return (long) call(send, descriptor, datagram, datagram.byteSize(), MSG_DONTWAIT_NOSIGNAL) >= 0;
    }

    private void open(Arena arena) throws IOException {
        close();
        byte[] name = path.toString().getBytes(StandardCharsets.UTF_8);
        if (name.length > ADDRESS_BYTES - 3) {
            throw new IOException("system log " + path + ": path is longer than " + (ADDRESS_BYTES - 3) + " bytes");
        }
        MemorySegment address = arena.allocate(ADDRESS_BYTES, 2);
        address.set(ValueLayout.JAVA_SHORT, 0, (short) AF_UNIX);
        MemorySegment.copy(name, 0, address, ValueLayout.JAVA_BYTE, 2, name.length);
        descriptor = (int) call(socket, AF_UNIX, SOCK_DGRAM_CLOEXEC, 0);
        if (descriptor < 0 || (int) call(connect, descriptor, address, ADDRESS_BYTES) < 0) {
            close();
            throw new IOException("system log " + path + " cannot be reached");
        }
    }

    @Override
    public void close() {
        if (descriptor >= 0) {
            call(close, descriptor);
            descriptor = -1;
        }
    }

    private static Object call(MethodHandle function, Object... arguments) {
        try {
            return function.invokeWithArguments(arguments);
        } catch (Throwable e) {
            // Calls of C functions throw nothing; only a wrong signature above could get here.
            throw new IllegalStateException(e);
        }
    }
}
