/** Upstream's two wires of the registry. */
@NullMarked
package glance.api.registry;

import org.jspecify.annotations.NullMarked;
