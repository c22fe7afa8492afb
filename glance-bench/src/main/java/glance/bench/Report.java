package glance.bench;

import java.io.PrintStream;
import java.util.Arrays;
import java.util.Locale;

/** Prints figures in lines of one form and counts those that met what is required. */
final class Report {
    private final PrintStream out;
    private int met;
    private int missed;

    Report(PrintStream out) {
        this.out = out;
    }

    void heading(String name) {
        out.printf("%n== %s%n", name);
    }

    void note(String text) {
        out.println("   " + text);
    }

    /** A figure without requirement. */
    void recorded(String figure, double value, String unit) {
        out.printf(Locale.ROOT, "   %-52s %10.2f %s%n", figure, value, unit);
    }

    /** A figure that must not be larger. */
    void atMost(String figure, double value, String unit, double limit) {
        judged(figure, value, unit, "<=", limit, value <= limit);
    }

    /** A figure that must not be smaller. */
    void atLeast(String figure, double value, String unit, double limit) {
        judged(figure, value, unit, ">=", limit, value >= limit);
    }

    private void judged(String figure, double value, String unit, String relation, double limit, boolean isMet) {
        if (isMet) {
            met++;
        } else {
            missed++;
        }
        out.printf(
                Locale.ROOT,
                "   %-52s %10.2f %-10s required %s %-8.4g %s%n",
                figure,
                value,
                unit,
                relation,
                limit,
                isMet ? "met" : "missed");
    }

    void summary(Scale scale) {
        out.printf(
                "%nbench: %d met, %d missed%s%n",
                met, missed, scale.equals(Scale.SMOKE) ? " (smoke run: too small to mean anything)" : "");
    }

    static double median(double... values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    /** The value below which a fraction of all lies. */
    static double percentile(double fraction, double... values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[(int) Math.min(sorted.length - 1L, Math.round(fraction * sorted.length))];
    }

    static double mib(long bytes) {
        return bytes / 1048576.0;
    }

    static double gib(long bytes) {
        return bytes / 1073741824.0;
    }
}
