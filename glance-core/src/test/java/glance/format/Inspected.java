package glance.format;

import glance.format.ImageFormats.Matching;
import java.nio.ByteBuffer;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Pours bytes through an inspection. */
final class Inspected {
    private Inspected() {}

    static @Nullable Long asClaimed(String format, byte[] bytes, int pieceBytes) {
        return pour(new FormatInspection(format, Matching.REQUIRED, Set.of("mbr")), bytes, pieceBytes);
    }

    static @Nullable Long pour(Inspection inspection, byte[] bytes, int pieceBytes) {
        for (int from = 0; from < bytes.length; from += pieceBytes) {
            int count = Math.min(pieceBytes, bytes.length - from);
            inspection.accept(ByteBuffer.wrap(bytes, from, count).slice());
        }
        return inspection.conclude(bytes.length);
    }
}
