package glance.client.cli;

import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The surroundings of one run: streams, environment, directories. Tests make their own.
 *
 * @param input null when standard input is closed
 * @param inputBytes what standard input holds, when it is a file
 * @param home the user's directory
 * @param directory the current one
 */
record Terminal(
        @Nullable InputStream input,
        boolean inputIsTerminal,
        OptionalLong inputBytes,
        PrintStream out,
        boolean outIsTerminal,
        PrintStream err,
        Map<String, String> environment,
        Path home,
        Path directory) {
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

    static Terminal ofProcess() {
        // Unbuffered where it must be prompt, buffered where a table is printed: flushed at exit.
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8);
        PrintStream err = new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
        boolean closed = inputIsClosed();
        FileInputStream in = new FileInputStream(FileDescriptor.in);
        return new Terminal(
                closed ? null : in,
                !closed && isTerminal(0),
                closed ? OptionalLong.empty() : bytesLeft(in),
                out,
                isTerminal(1),
                err,
                System.getenv(),
                Path.of(System.getProperty("user.home", "/")),
                Path.of("").toAbsolutePath());
    }

    /** Whether all that was printed has been taken; tells when not. */
    boolean written() {
        if (out.checkError()) {
            err.println("standard output cannot be written");
            return false;
        }
        return true;
    }

    /** The variable's value; null when unset or empty. */
    @Nullable
    String variable(String name) {
        String value = environment.get(name);
        return value == null || value.isEmpty() ? null : value;
    }

    /** Somebody who can be asked; null when there is nobody. */
    @SuppressWarnings("SystemConsoleNull") // never null since JDK 22, which NullAway's model of the JDK does not know
    static @Nullable Console console() {
        Console console = System.console();
        return console != null && console.isTerminal() ? console : null;
    }

    private static boolean isTerminal(int descriptor) {
        String target = target(descriptor);
        if (target == null) {
            // no /proc: all streams or none
            return console() != null;
        }
        return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
    }

    /**
     * When a process starts without descriptor 0, the runtime's own files take that number; reading them as image data
     * would be worse than reading nothing. A launcher may say so, too.
     */
    private static boolean inputIsClosed() {
        if ("closed".equals(System.getProperty("glance.stdin"))) {
            return true;
        }
        if (!Files.isDirectory(DESCRIPTORS)) {
            return false;
        }
        String target = target(0);
        return target == null
                || target.startsWith(System.getProperty("java.home", "/nowhere"))
                || target.endsWith(".jar")
                || target.endsWith(".aot")
                || target.endsWith(".jsa");
    }

    private static @Nullable String target(int descriptor) {
        try {
            return Files.readSymbolicLink(DESCRIPTORS.resolve(Integer.toString(descriptor)))
                    .toString();
        } catch (IOException closed) {
            return null;
        }
    }

    private static OptionalLong bytesLeft(FileInputStream in) {
        try {
            if (!Files.isRegularFile(DESCRIPTORS.resolve("0"))) {
                return OptionalLong.empty();
            }
            return OptionalLong.of(
                    Math.max(0, in.getChannel().size() - in.getChannel().position()));
        } catch (IOException notSeekable) {
            return OptionalLong.empty();
        }
    }
}
