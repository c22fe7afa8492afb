/** Tests of {@code glance.api}. */
@NullMarked
package glance.api;

import org.jspecify.annotations.NullMarked;
