package glance.registry.sql;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** Times as SQLAlchemy keeps them in SQLite: {@code YYYY-MM-DD HH:MM:SS.ffffff}, UTC; text order is time order. */
final class TimeText {
    private static final DateTimeFormatter LENIENT =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss[.SSSSSS][.SSSSS][.SSSS][.SSS][.SS][.S]");
    private static final int LENGTH = "2024-01-31 23:59:59.000000".length();

    private static final int WHOLE_SECONDS = "2024-01-31 23:59:59".length();

    private TimeText() {}

    static String format(Instant time) {
        LocalDateTime utc = LocalDateTime.ofInstant(time, ZoneOffset.UTC);
        char[] text = new char[LENGTH];
        put(text, 0, 4, utc.getYear());
        text[4] = '-';
        put(text, 5, 2, utc.getMonthValue());
        text[7] = '-';
        put(text, 8, 2, utc.getDayOfMonth());
        text[10] = ' ';
        put(text, 11, 2, utc.getHour());
        text[13] = ':';
        put(text, 14, 2, utc.getMinute());
        text[16] = ':';
        put(text, 17, 2, utc.getSecond());
        text[19] = '.';
        put(text, 20, 6, utc.getNano() / 1000);
        return new String(text);
    }

    private static void put(char[] text, int at, int digits, int number) {
        int rest = number;
        for (int i = at + digits - 1; i >= at; i--) {
            text[i] = (char) ('0' + rest % 10);
            rest /= 10;
        }
    }

    /** Reads this form by position, since lists read thousands; other fractions the long way. */
    static Instant parse(String text) {
        if (text.length() == WHOLE_SECONDS) {
            return parse(text + ".000000");
        }
        if (text.length() != LENGTH || text.charAt(19) != '.') {
            return LocalDateTime.parse(text.replace('T', ' '), LENIENT).toInstant(ZoneOffset.UTC);
        }
        return LocalDateTime.of(
                        number(text, 0, 4),
                        number(text, 5, 7),
                        number(text, 8, 10),
                        number(text, 11, 13),
                        number(text, 14, 16),
                        number(text, 17, 19),
                        number(text, 20, 26) * 1000)
                .toInstant(ZoneOffset.UTC);
    }

    private static int number(String text, int from, int to) {
        return Integer.parseInt(text, from, to, 10);
    }
}
