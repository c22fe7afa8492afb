package glance.client.cli;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** Sizes for people: {@code 6B}, {@code 1.5GB}, {@code 10kB}; a thousand is 1024. */
final class HumanSize {
    private static final String[] UNITS = {"B", "kB", "MB", "GB", "TB", "PB", "EB", "ZB"};

    private HumanSize() {}

    static String of(long bytes) {
        double size = bytes;
        int unit = 0;
        while (size >= 1024 && unit < UNITS.length - 1) {
            size /= 1024;
            unit++;
        }
        String number = new BigDecimal(size)
                .setScale(1, RoundingMode.HALF_EVEN)
                .stripTrailingZeros()
                .toPlainString();
        return number + UNITS[unit];
    }
}
