package glance.api;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Splitting and decoding of request paths. */
public final class PathSegments {
    private PathSegments() {}

    /**
     * The segments below {@code /v2/}, still encoded. An encoded slash separates like a plain one; a trailing slash
     * gives an empty last segment, which no route matches.
     */
    public static List<String> of(String rawPath) {
        String path = rawPath.replace("%2F", "/").replace("%2f", "/");
        List<String> segments = new ArrayList<>(List.of(path.substring(1).split("/", -1)));
        segments.removeFirst();
        return segments;
    }

    /** Decoded as UTF-8; nothing when the octets are no UTF-8. */
    public static Optional<String> utf8(String segment) {
        if (segment.indexOf('%') < 0 && segment.chars().allMatch(c -> c < 0x80)) {
            return Optional.of(segment);
        }
        try {
            return Optional.of(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(octets(segment)))
                    .toString());
        } catch (CharacterCodingException notUtf8) {
            return Optional.empty();
        }
    }

    /** Decoded octet by octet in {@code charset}, with replacement characters where that fails. */
    public static String decoded(String segment, Charset charset) {
        return new String(octets(segment), charset);
    }

    /** Percent escapes as octets; a malformed escape stands for itself. */
    private static byte[] octets(String segment) {
        // The engine hands over octets above 0x7F as Latin-1 characters.
        byte[] raw = segment.getBytes(StandardCharsets.ISO_8859_1);
        byte[] octets = new byte[raw.length];
        int length = 0;
        for (int i = 0; i < raw.length; i++) {
            int high = i + 2 < raw.length && raw[i] == '%' ? Character.digit(raw[i + 1], 16) : -1;
            int low = high >= 0 ? Character.digit(raw[i + 2], 16) : -1;
            if (low >= 0) {
                octets[length++] = (byte) (high << 4 | low);
                i += 2;
            } else {
                octets[length++] = raw[i];
            }
        }
        return Arrays.copyOf(octets, length);
    }
}
