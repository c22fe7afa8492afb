/**
 * The one pipeline for image bytes: counts, limits, digests and inspects them in a single pass on their way into a store.
 * Knows no store and no HTTP. Start with {@link glance.image.transfer.Transfer}.
 */
@NullMarked
package glance.image.transfer;

import org.jspecify.annotations.NullMarked;
