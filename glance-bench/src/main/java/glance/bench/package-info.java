/**
 * Load and figures: the packaged server beside a reference measured in the same run on the same machine. Every figure
 * says what was required and whether it was met; nothing is asserted, since a busy machine proves nothing. Start with
 * {@link glance.bench.Bench}.
 */
@NullMarked
package glance.bench;

import org.jspecify.annotations.NullMarked;
