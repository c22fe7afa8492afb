package glance.fault;

import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fail points armed by a text, for crash campaigns: {@code POINT=ACTION[@n]}, several separated by commas. Actions are
 * {@code halt} (the process ends at once, as by kill -9), {@code pause(ms)} and {@code io-error}; {@code @n} means the n-th
 * passage only, counted from 1, else every passage. Thread-safe.
 */
public final class ArmedFailPoints implements FailPoints {
    /** The variable of the environment, and the system property, that arm a server; unset in production. */
    public static final String VARIABLE = "GLANCE_FAIL_POINTS";

    private static final Logger LOG = LoggerFactory.getLogger(ArmedFailPoints.class);
    private static final Pattern ONE =
            Pattern.compile("\\s*([A-Z_]+)=(halt|io-error|pause\\((\\d{1,6})\\))(?:@(\\d{1,9}))?\\s*");

    /** Exit status of a halt: what a shell reports for kill -9. */
    private static final int HALTED = 137;

    private final Map<FailPoint, Strike> strikes = new EnumMap<>(FailPoint.class);

    /**
     * @param passage the only passage meant; 0 means each
     */
    private record Strike(String action, long pauseMillis, long passage, AtomicLong passed) {
        boolean isDue() {
            long now = passed.incrementAndGet();
            return passage == 0 || passage == now;
        }
    }

    private ArmedFailPoints() {}

    /**
     * What {@value #VARIABLE} arms: the system property, else the environment; {@link FailPoints#INERT} when neither is set.
     *
     * @throws IllegalArgumentException when the text names no fail points
     */
    public static FailPoints fromEnvironment() {
        String text = System.getProperty(VARIABLE, System.getenv(VARIABLE));
        if (text == null || text.isBlank()) {
            return INERT;
        }
        LOG.warn("fail points are armed, this is no production server points={}", text);
        return parse(text);
    }

    /**
     * @throws IllegalArgumentException when {@code text} names no fail points
     */
    public static ArmedFailPoints parse(String text) {
        ArmedFailPoints armed = new ArmedFailPoints();
        for (String one : text.split(",", -1)) {
            Matcher matcher = ONE.matcher(one);
            if (!matcher.matches()) {
                throw new IllegalArgumentException("'" + one
                        + "' is no fail point; accepted: POINT=halt, POINT=io-error, POINT=pause(ms), each with @n");
            }
            long pause = matcher.group(3) == null ? 0 : Long.parseLong(matcher.group(3));
            long passage = matcher.group(4) == null ? 0 : Long.parseLong(matcher.group(4));
            armed.strikes.put(
                    FailPoint.valueOf(matcher.group(1)),
                    new Strike(matcher.group(2), pause, passage, new AtomicLong()));
        }
        return armed;
    }

    @Override
    public void pass(FailPoint point) throws IOException {
        Strike strike = strikes.get(point);
        if (strike == null || !strike.isDue()) {
            return;
        }
        switch (strike.action()) {
            case "halt" -> Runtime.getRuntime().halt(HALTED);
            case "io-error" -> throw new IOException("fail point " + point);
            default -> pause(strike.pauseMillis());
        }
    }

    private static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }
}
