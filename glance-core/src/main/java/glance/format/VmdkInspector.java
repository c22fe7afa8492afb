package glance.format;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * VMware: a sparse header whose second sector starts a text descriptor, or that text alone. A descriptor can name other files
 * of the host as extents, which is why only types that hold their data themselves are safe, and why every line is looked
 * at. Little endian.
 */
final class VmdkInspector extends Inspector {
    private static final int SECTOR = 512;
    private static final int MAX_DESCRIPTOR = (1 << 20) - 1;
    private static final int FOOTER_BYTES = 3 * SECTOR;
    private static final int VERSION = 4;
    private static final int CAPACITY = 12;
    private static final int DESCRIPTOR_SECTOR = 28;
    private static final int DESCRIPTOR_SECTORS = 36;
    private static final int GRAIN_DIRECTORY = 56;
    private static final int FOOTER_MARKER = 3;
    private static final long AT_END = -1;

    private static final Pattern CREATE_TYPE = Pattern.compile("createtype=\"([^\"\n]{1,63})\"");
    private static final List<String> SAFE_TYPES = List.of("monolithicsparse", "streamoptimized");
    private static final List<String> EXTENT_ACCESS = List.of("rw", "rdonly", "noaccess");

    private boolean decided;
    private boolean sparse;
    private @Nullable Region descriptor;
    private @Nullable Tail footer;

    VmdkInspector() {
        super("vmdk");
    }

    /** The last bytes of the stream. */
    private static final class Tail {
        private final byte[] ring = new byte[FOOTER_BYTES];
        private int count;

        void accept(ByteBuffer piece) {
            ByteBuffer last = piece.duplicate();
            int take = Math.min(last.remaining(), FOOTER_BYTES);
            last.position(last.limit() - take);
            System.arraycopy(ring, take, ring, 0, FOOTER_BYTES - take);
            last.get(ring, FOOTER_BYTES - take, take);
            count = Math.min(FOOTER_BYTES, count + take);
        }

        boolean isComplete() {
            return count == FOOTER_BYTES;
        }

        Region region() {
            Region region = new Region(0, FOOTER_BYTES);
            region.accept(ByteBuffer.wrap(ring), 0);
            return region;
        }
    }

    @Override
    boolean wantsMore() {
        Region text = descriptor;
        return footer != null || !decided || (text != null && !text.isComplete());
    }

    @Override
    void accept(ByteBuffer piece, long position, Region head) {
        if (!decided && head.has(SECTOR)) {
            decided = true;
            decide(head);
        }
        Region text = descriptor;
        if (text != null) {
            text.accept(piece, position);
        }
        if (footer != null) {
            footer.accept(piece);
        }
    }

    private void decide(Region head) {
        if (!head.startsWith(0, "KDMV")) {
            if (isText(head)) {
                descriptor = new Region(0, MAX_DESCRIPTOR);
                descriptor.accept(head);
            }
            return;
        }
        long version = head.u32le(VERSION);
        long sectors = head.u64le(DESCRIPTOR_SECTORS);
        if (version < 1 || version > 3 || head.u64le(DESCRIPTOR_SECTOR) != 1) {
            return;
        }
        sparse = true;
        boolean huge = sectors < 0 || sectors > MAX_DESCRIPTOR / SECTOR;
        descriptor = new Region(SECTOR, huge ? MAX_DESCRIPTOR : (int) sectors * SECTOR);
        descriptor.accept(head);
        if (head.u64le(GRAIN_DIRECTORY) == AT_END) {
            footer = new Tail();
        }
    }

    private static boolean isText(Region head) {
        for (int i = 0; i < SECTOR; i++) {
            int c = head.u8(i);
            boolean blank = c >= '\t' && c <= '\r';
            if (!blank && (c < ' ' || c > '~')) {
                return false;
            }
        }
        return true;
    }

    @Override
    boolean matches(Region head) {
        return descriptor != null && (sparse || createType() != null);
    }

    @Override
    boolean isComplete() {
        Region text = descriptor;
        return text != null && (!sparse || text.isComplete()) && (footer == null || footer.isComplete());
    }

    private String descriptorText() {
        Region text = descriptor;
        return text == null ? "" : text.text().toLowerCase(Locale.ROOT);
    }

    private @Nullable String createType() {
        Matcher matcher = CREATE_TYPE.matcher(descriptorText());
        return matcher.find() ? matcher.group(1) : null;
    }

    private boolean isSafeType() {
        String type = createType();
        return type != null && SAFE_TYPES.contains(type);
    }

    @Override
    long virtualSize(Region head, long size) {
        if (!sparse || !isSafeType()) {
            return 0;
        }
        long sectors = head.u64le(CAPACITY);
        return sectors < 0 || sectors > Long.MAX_VALUE / SECTOR ? 0 : sectors * SECTOR;
    }

    @Override
    List<String> failedChecks(Region head) {
        List<String> failed = new ArrayList<>();
        if (!isDescriptorSafe()) {
            failed.add("descriptor");
        }
        Tail tail = footer;
        if (tail != null && !isFooterSafe(head, tail.region())) {
            failed.add("footer");
        }
        return failed;
    }

    private boolean isDescriptorSafe() {
        String text = descriptorText();
        if (!isSafeType() || text.chars().anyMatch(c -> c > 127)) {
            return false;
        }
        int extents = 0;
        for (String line :
                Arrays.stream(text.split("\n", -1)).map(String::strip).toList()) {
            if (isExtent(line)) {
                if (line.indexOf('/') >= 0) {
                    return false;
                }
                extents++;
            } else if (!isHarmless(line)) {
                return false;
            }
        }
        return extents > 0;
    }

    private static boolean isExtent(String line) {
        int blank = line.indexOf(' ');
        return blank > 0 && EXTENT_ACCESS.contains(line.substring(0, blank));
    }

    /** Blank, comment, disk database, or {@code word=…}. */
    private static boolean isHarmless(String line) {
        int equals = line.indexOf('=');
        return line.isEmpty()
                || line.startsWith("#")
                || line.startsWith("ddb")
                || (equals > 0 && line.lastIndexOf(' ', equals) < 0);
    }

    /** Marker sector, header copy, end-of-stream sector. */
    private static boolean isFooterSafe(Region head, Region tail) {
        int copy = SECTOR;
        int end = 2 * SECTOR;
        boolean marker = tail.u32le(8) == 0 && tail.u32le(12) == FOOTER_MARKER && tail.isZero(16, SECTOR - 16);
        boolean header = tail.startsWith(copy, "KDMV")
                && tail.u32le(copy + VERSION) == head.u32le(VERSION)
                && tail.u64le(copy + DESCRIPTOR_SECTOR) == head.u64le(DESCRIPTOR_SECTOR)
                && tail.u64le(copy + DESCRIPTOR_SECTORS) == head.u64le(DESCRIPTOR_SECTORS)
                && tail.u64le(copy + GRAIN_DIRECTORY) != AT_END;
        return marker && header && tail.isZero(end, SECTOR);
    }
}
