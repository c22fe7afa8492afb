/** Tests of {@code glance.api.v2}. */
@NullMarked
package glance.api.v2;

import org.jspecify.annotations.NullMarked;
