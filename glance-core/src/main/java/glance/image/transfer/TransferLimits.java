package glance.image.transfer;

import glance.error.GlanceException;
import java.util.OptionalLong;

/**
 * How many bytes may pass. Checked before the bytes reach the store, so that a store never holds more than allowed.
 *
 * @param declaredSize bytes the client announced; then exactly that many must come
 * @param sizeCap bytes of one image
 * @param remainingQuota bytes the project may still store; {@link Long#MAX_VALUE} without a quota
 */
public record TransferLimits(OptionalLong declaredSize, long sizeCap, long remainingQuota) {
    /** No limit but what was announced. */
    public static TransferLimits only(OptionalLong declaredSize) {
        return new TransferLimits(declaredSize, Long.MAX_VALUE, Long.MAX_VALUE);
    }

    /**
     * Refuses an announced size before any byte is read.
     *
     * @throws GlanceException.LimitExceeded when the announced bytes cannot fit
     */
    public void requireDeclaredFits() {
        if (declaredSize.isPresent()) {
            requireWithinQuotas(declaredSize.getAsLong());
        }
    }

    /**
     * Refuses the bytes that make the total {@code size}.
     *
     * @throws GlanceException.InvalidRequest when more come than announced
     * @throws GlanceException.LimitExceeded when more come than allowed
     */
    void requireMore(long size) {
        if (declaredSize.isPresent() && size > declaredSize.getAsLong()) {
            throw new GlanceException.InvalidRequest(
                    "Size exceeds: expected " + declaredSize.getAsLong() + " bytes, got at least " + size + " bytes");
        }
        requireWithinQuotas(size);
    }

    /**
     * Refuses an end after {@code size} bytes.
     *
     * @throws GlanceException.InvalidRequest when fewer came than announced
     */
    void requireComplete(long size) {
        if (declaredSize.isPresent() && size != declaredSize.getAsLong()) {
            throw new GlanceException.InvalidRequest(
                    "Size mismatch: expected " + declaredSize.getAsLong() + " bytes, got " + size + " bytes");
        }
    }

    private void requireWithinQuotas(long size) {
        if (size > sizeCap) {
            throw new GlanceException.LimitExceeded("image size " + size + " exceeds the limit " + sizeCap);
        }
        if (size > remainingQuota) {
            throw new GlanceException.LimitExceeded("image size " + size + " exceeds the remaining storage quota "
                    + Math.max(0, remainingQuota) + " of the project");
        }
    }
}
