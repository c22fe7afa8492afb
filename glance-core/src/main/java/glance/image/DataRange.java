package glance.image;

import glance.error.GlanceException;
import glance.store.ByteRange;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The slice of the data a download asks for: one range, by the header {@code Range} or, as old clients do it, by
 * {@code Content-Range} in the request. RFC 9110 section 14 where the reference follows it; unlike there, what cannot be
 * parsed is refused rather than ignored.
 *
 * @param range {@code Range}, e.g. {@code bytes=0-4}
 * @param contentRange {@code Content-Range}, e.g. {@code bytes 0-4/10}; looked at only without {@code range}
 */
public record DataRange(@Nullable String range, @Nullable String contentRange) {
    /** The whole image. */
    public static final DataRange WHOLE = new DataRange(null, null);

    // 18 digits at most, so that every number fits a long.
    private static final Pattern RANGE = Pattern.compile("\\s*bytes\\s*=\\s*(\\d{0,18})\\s*-\\s*(\\d{0,18})\\s*");
    private static final Pattern CONTENT_RANGE =
            Pattern.compile("\\s*bytes\\s+(\\d{1,18})\\s*-\\s*(\\d{1,18})\\s*/\\s*(\\d{1,18}|\\*)\\s*");

    /**
     * The bytes asked for, clipped to the image; empty when the whole is.
     *
     * @param size bytes of the image
     * @throws GlanceException.InvalidRequest when several ranges are asked for
     * @throws GlanceException.RangeNotSatisfiable when the image has no such bytes, or the header is no range
     */
    public Optional<ByteRange> within(long size) {
        if (range != null) {
            return Optional.of(fromRange(range, size));
        }
        return contentRange == null ? Optional.empty() : Optional.of(fromContentRange(contentRange, size));
    }

    private static ByteRange fromRange(String header, long size) {
        if (header.indexOf(',') >= 0) {
            throw new GlanceException.InvalidRequest(
                    "Requests with multiple ranges are not supported; " + "a request can carry one range of bytes");
        }
        Matcher matcher = RANGE.matcher(header);
        if (!matcher.matches() || size == 0) {
            throw unsatisfiable(size);
        }
        String first = matcher.group(1);
        String last = matcher.group(2);
        if (first.isEmpty()) {
            long suffix = last.isEmpty() ? 0 : Math.min(Long.parseLong(last), size);
            return slice(size - suffix, size - 1, size);
        }
        return slice(Long.parseLong(first), last.isEmpty() ? size - 1 : Long.parseLong(last), size);
    }

    private static ByteRange fromContentRange(String header, long size) {
        Matcher matcher = CONTENT_RANGE.matcher(header);
        if (!matcher.matches()) {
            throw unsatisfiable(size);
        }
        long first = Long.parseLong(matcher.group(1));
        long last = Long.parseLong(matcher.group(2));
        boolean totalUnknown = matcher.group(3).equals("*");
        if (totalUnknown ? last >= size : first >= Long.parseLong(matcher.group(3))) {
            throw unsatisfiable(size);
        }
        return slice(first, last, size);
    }

    /** From {@code first} to {@code last}, both included, as far as there are bytes. */
    private static ByteRange slice(long first, long last, long size) {
        if (first >= size || last < first) {
            throw unsatisfiable(size);
        }
        return new ByteRange(first, Math.min(last, size - 1) - first + 1);
    }

    private static GlanceException.RangeNotSatisfiable unsatisfiable(long size) {
        return new GlanceException.RangeNotSatisfiable("the range is not within the image's " + size + " bytes");
    }
}
