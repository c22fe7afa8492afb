package glance.format;

import glance.error.GlanceException;
import glance.format.ImageFormats.Matching;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All formats at once over one stream. The rules are those of the reference since 2025.1: what the data is must be what the
 * image claims; data claimed to be raw may be anything, but what it is must be safe.
 */
final class FormatInspection implements Inspection {
    private static final Logger LOG = LoggerFactory.getLogger(FormatInspection.class);

    /** The beginning every inspector sees: as much as the deepest fixed header needs, that of ISO 9660. */
    static final int HEAD_BYTES = 34_816;

    private static final String RAW = "raw";
    private static final Set<String> INSPECTABLE =
            Set.of("raw", "qcow2", "qed", "vhd", "vhdx", "vmdk", "vdi", "iso", "gpt", "luks");

    private final String claimed;
    private final Matching matching;
    private final Set<String> gptNonfatalChecks;
    private final Region head = new Region(0, HEAD_BYTES);
    private final List<Inspector> inspectors = new ArrayList<>(HeaderInspectors.all());
    private long position;
    private boolean attentive = true;

    FormatInspection(String claimed, Matching matching, Set<String> gptNonfatalChecks) {
        this.claimed = claimed;
        this.matching = matching;
        this.gptNonfatalChecks = gptNonfatalChecks;
        inspectors.add(new VhdxInspector());
        inspectors.add(new VmdkInspector());
    }

    @Override
    public void accept(ByteBuffer bytes) {
        if (attentive) {
            head.accept(bytes, position);
            boolean more = !head.isComplete();
            for (Inspector inspector : inspectors) {
                inspector.accept(bytes, position, head);
                more |= inspector.wantsMore();
            }
            attentive = more;
        }
        position += bytes.remaining();
    }

    /** The data is not of the claimed format, or of none that can be told. */
    private static final class Mismatch extends Exception {
        private static final long serialVersionUID = 1L;

        Mismatch(String message) {
            super(message, null, false, false);
        }
    }

    @Override
    public @Nullable Long conclude(long size) {
        try {
            long virtualSize = judge(size);
            return virtualSize > 0 ? virtualSize : null;
        } catch (Mismatch mismatch) {
            if (matching == Matching.REQUIRED) {
                throw new GlanceException.UnsupportedMedia(
                        "Image content does not match disk_format: " + mismatch.getMessage());
            }
            LOG.warn(
                    "image content does not match its disk_format claimed={} reason={}",
                    claimed,
                    mismatch.getMessage());
            return null;
        }
    }

    private long judge(long size) throws Mismatch {
        Inspector detected = detect();
        if (detected == null) {
            if (claimed.equals(RAW)) {
                return size;
            }
            if (INSPECTABLE.contains(claimed)) {
                throw mismatch(RAW);
            }
            return 0;
        }
        boolean isRaw = claimed.equals(RAW);
        if (!isRaw && !claimed.equals(detected.format())) {
            throw mismatch(detected.format());
        }
        if (!detected.isComplete()) {
            throw new Mismatch("it begins as " + detected.format() + " but is not complete");
        }
        requireSafe(detected);
        if (isRaw) {
            LOG.warn("image claimed to be raw has another format detected={}", detected.format());
            return size;
        }
        return detected.virtualSize(head, size);
    }

    private Mismatch mismatch(String detected) {
        return new Mismatch("image is " + detected + ", not " + claimed);
    }

    /** The format the data has; null for raw. */
    private @Nullable Inspector detect() throws Mismatch {
        List<Inspector> matches =
                inspectors.stream().filter(one -> one.matches(head)).toList();
        if (matches.size() <= 1) {
            return matches.isEmpty() ? null : matches.getFirst();
        }
        List<String> names = matches.stream().map(Inspector::format).sorted().toList();
        if (names.equals(List.of("gpt", "iso"))) {
            // A bootable disc carries a partition table as well.
            return matches.stream()
                    .filter(one -> one.format().equals("iso"))
                    .findFirst()
                    .orElse(null);
        }
        throw new Mismatch("it is of several formats at once: " + String.join(", ", names));
    }

    private void requireSafe(Inspector detected) {
        List<String> failed = detected.failedChecks(head);
        if (failed.isEmpty()) {
            return;
        }
        if (detected.format().equals("gpt") && gptNonfatalChecks.containsAll(failed)) {
            LOG.warn("safety checks failed and are tolerated format=gpt checks={}", failed);
            return;
        }
        throw new GlanceException.UnsupportedMedia(
                "Image content failed safety checks of format " + detected.format() + ": " + String.join(", ", failed));
    }
}
