package glance.client.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Breaks text into lines as Python's textwrap does, since tables and help are compared with the reference's: at blanks
 * and behind hyphens within words, inside a word only when it is longer than a line.
 */
final class TextWrap {
    /**
     * Blanks; or dashes between words; or a word, up to a hyphen that stands between letters, up to such dashes, or
     * whole.
     */
    private static final Pattern PIECE = Pattern.compile(
            "\\s+"
                    + "|(?<=[\\w!\"'&.,?])-{2,}(?=\\w)"
                    + "|\\S+?(?:-(?:(?<=[^\\d\\W]{2}-)|(?<=[^\\d\\W]-[^\\d\\W]-))(?=[^\\d\\W]-?[^\\d\\W])"
                    + "|(?=\\s|\\z)"
                    + "|(?<=[\\w!\"'&.,?])(?=-{2,}\\w))",
            Pattern.UNICODE_CHARACTER_CLASS);

    private TextWrap() {}

    /** Lines of at most {@code width} characters (not columns: so does the reference); no line for a text of blanks. */
    static List<String> wrap(String text, int width) {
        List<String> pieces = pieces(text.replace('\t', ' ').replace('\n', ' ').replace('\r', ' '));
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        int used = 0;
        for (int i = 0; i < pieces.size(); i++) {
            String piece = pieces.get(i);
            if (line.isEmpty() && piece.isBlank() && !lines.isEmpty()) {
                continue;
            }
            int wide = length(piece);
            if (used + wide <= width) {
                line.append(piece);
                used += wide;
                continue;
            }
            if (wide > width && width - used > 0) { // longer than any line: fill this one
                int cut = cut(piece, width - used);
                line.append(piece, 0, cut);
                pieces.add(i + 1, piece.substring(cut));
            } else {
                i--; // the same piece opens the next line
            }
            flush(line, lines);
            used = 0;
        }
        flush(line, lines);
        return lines;
    }

    /** Where to break a word that fits no line: behind its last hyphen within the room, else where the room ends. */
    private static int cut(String word, int room) {
        int end = word.offsetByCodePoints(0, room);
        int hyphen = word.lastIndexOf('-', end - 1);
        boolean onlyHyphens = hyphen > 0 && word.substring(0, hyphen).chars().allMatch(c -> c == '-');
        return hyphen > 0 && !onlyHyphens ? hyphen + 1 : end;
    }

    /** In characters. */
    static int length(String text) {
        return text.codePointCount(0, text.length());
    }

    private static void flush(StringBuilder line, List<String> lines) {
        String text = line.toString().stripTrailing();
        if (!text.isEmpty()) {
            lines.add(text);
        }
        line.setLength(0);
    }

    private static List<String> pieces(String text) {
        List<String> pieces = new ArrayList<>();
        Matcher matcher = PIECE.matcher(text);
        int end = 0;
        while (matcher.find()) {
            if (matcher.start() > end) {
                pieces.add(text.substring(end, matcher.start()));
            }
            if (!matcher.group().isEmpty()) {
                pieces.add(matcher.group());
            }
            end = matcher.end();
        }
        if (end < text.length()) {
            pieces.add(text.substring(end));
        }
        return pieces;
    }
}
