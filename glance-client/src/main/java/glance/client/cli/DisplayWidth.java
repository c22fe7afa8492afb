package glance.client.cli;

/** Columns a text takes on a terminal: wide East Asian characters two, combining marks none. */
final class DisplayWidth {
    private DisplayWidth() {}

    static int of(String text) {
        return text.codePoints().map(DisplayWidth::of).sum();
    }

    private static int of(int codePoint) {
        if (codePoint < 0x300) {
            return 1;
        }
        return switch (Character.getType(codePoint)) {
            case Character.NON_SPACING_MARK, Character.ENCLOSING_MARK, Character.FORMAT -> 0;
            default -> wide(codePoint) ? 2 : 1;
        };
    }

    /** The ranges of Unicode's East Asian Width W and F. */
    private static boolean wide(int c) {
        return c >= 0x1100
                && (c <= 0x115f
                        || (c >= 0x2e80 && c <= 0x303e)
                        || (c >= 0x3041 && c <= 0x33ff)
                        || (c >= 0x3400 && c <= 0x4dbf)
                        || (c >= 0x4e00 && c <= 0xa4cf)
                        || (c >= 0xa960 && c <= 0xa97c)
                        || (c >= 0xac00 && c <= 0xd7a3)
                        || (c >= 0xf900 && c <= 0xfaff)
                        || (c >= 0xfe30 && c <= 0xfe6f)
                        || (c >= 0xff01 && c <= 0xff60)
                        || (c >= 0xffe0 && c <= 0xffe6)
                        || (c >= 0x1f300 && c <= 0x1f64f)
                        || (c >= 0x1f680 && c <= 0x1f6ff)
                        || (c >= 0x1f900 && c <= 0x1f9ff)
                        || (c >= 0x20000 && c <= 0x3fffd));
    }
}
