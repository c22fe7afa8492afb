package glance.manage;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Scrubbers on this machine, ours and upstream's, besides this process: by the pid file of {@code glance-control}, and by what
 * processes were started as.
 */
final class RunningScrubbers {
    private static final String PROGRAM = "glance-scrubber";

    private static final Pattern INTERPRETER = Pattern.compile("(.*/)?(python[0-9.]*|sh|dash|bash)");

    private final Path pidFile;

    RunningScrubbers(Path pidFile) {
        this.pidFile = pidFile;
    }

    /** The first that is found, in words. */
    Optional<String> find() {
        return ofFile().or(() -> ProcessHandle.allProcesses()
                .filter(process -> !isOwn(process) && isScrubber(process))
                .findFirst()
                .map(process -> "process " + process.pid()));
    }

    private Optional<String> ofFile() {
        try {
            long pid = Long.parseLong(Files.readString(pidFile).strip());
            return ProcessHandle.of(pid)
                    .filter(process -> process.isAlive() && !isOwn(process))
                    .map(_ -> "process " + pid + " of " + pidFile);
        } catch (IOException | NumberFormatException absent) {
            return Optional.empty();
        }
    }

    /** This process or one that started it, as {@code sudo}. */
    private static boolean isOwn(ProcessHandle other) {
        return Stream.iterate(
                        Optional.of(ProcessHandle.current()),
                        Optional::isPresent,
                        one -> one.flatMap(ProcessHandle::parent))
                .flatMap(Optional::stream)
                .anyMatch(other::equals);
    }

    /** The program itself, a script that an interpreter runs, or our class; not an editor of its configuration. */
    private static boolean isScrubber(ProcessHandle process) {
        List<String> words = arguments(process);
        if (words.stream().anyMatch(word -> word.startsWith("--restore"))) {
            return false;
        }
        String command = process.info().command().orElse("");
        String script = words.isEmpty() ? "" : words.getFirst();
        return isNamed(command)
                || (INTERPRETER.matcher(command).matches() && isNamed(script))
                || words.contains(ScrubberMain.class.getName());
    }

    /** The words after the program's. {@link ProcessHandle.Info} gives those of the first 4 KiB alone, and a class path is longer. */
    private static List<String> arguments(ProcessHandle process) {
        try {
            byte[] line = Files.readAllBytes(Path.of("/proc", Long.toString(process.pid()), "cmdline"));
            return Stream.of(new String(line, ISO_8859_1).split("\0")).skip(1).toList();
        } catch (IOException gone) {
            return List.of();
        }
    }

    private static boolean isNamed(String path) {
        return path.equals(PROGRAM) || path.endsWith("/" + PROGRAM);
    }
}
