package glance.testkit.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * What a process has used so far, as Linux counts it.
 *
 * @param cpu user and system time of all its threads, in steps of 10 ms
 * @param residentBytes its resident set now
 * @param peakBytes the largest its resident set has been
 */
public record ProcessUse(Duration cpu, long residentBytes, long peakBytes) {
    /** Clock ticks per second in /proc, fixed at 100 on every Linux architecture Java runs on. */
    private static final long TICKS_PER_SECOND = 100;

    /** Reads /proc. */
    public static ProcessUse of(long pid) throws IOException {
        String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
        // The second field is the program's name in brackets and may hold anything; count after it.
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        long ticks = Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
        long resident = 0;
        long peak = 0;
        for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
            if (line.startsWith("VmRSS:")) {
                resident = kib(line);
            } else if (line.startsWith("VmHWM:")) {
                peak = kib(line);
            }
        }
        return new ProcessUse(Duration.ofMillis(ticks * 1000 / TICKS_PER_SECOND), resident, peak);
    }

    private static long kib(String line) {
        return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
    }
}
