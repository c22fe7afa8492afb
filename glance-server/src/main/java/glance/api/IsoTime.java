package glance.api;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** ISO 8601 times as clients write them in filters: date only, any precision, any offset; none means UTC. */
public final class IsoTime {
    private static final Pattern SHAPE = Pattern.compile("(\\d{4})-?(\\d\\d)-?(\\d\\d)"
            + "(?:[T ](\\d\\d)(?::?(\\d\\d)(?::?(\\d\\d)(?:[.,](\\d{1,9})\\d*)?)?)?)?"
            + "(Z|[+-]\\d\\d(?::?\\d\\d)?)?");

    private IsoTime() {}

    /** The instant; empty when the text is no such time. */
    public static Optional<Instant> parse(String text) {
        Matcher matcher = SHAPE.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        try {
            LocalDateTime local = LocalDateTime.of(
                    number(matcher.group(1)),
                    number(matcher.group(2)),
                    number(matcher.group(3)),
                    number(matcher.group(4)),
                    number(matcher.group(5)),
                    number(matcher.group(6)),
                    nanos(matcher.group(7)));
            return Optional.of(local.toInstant(offset(matcher.group(8))));
        } catch (DateTimeException impossible) {
            return Optional.empty();
        }
    }

    private static int number(@Nullable String digits) {
        return digits == null ? 0 : Integer.parseInt(digits);
    }

    private static int nanos(@Nullable String fraction) {
        return fraction == null ? 0 : Integer.parseInt((fraction + "00000000").substring(0, 9));
    }

    private static ZoneOffset offset(@Nullable String text) {
        return text == null ? ZoneOffset.UTC : ZoneOffset.of(text);
    }
}
