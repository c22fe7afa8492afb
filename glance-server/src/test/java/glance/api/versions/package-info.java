/** Tests of {@code glance.api.versions}. */
@NullMarked
package glance.api.versions;

import org.jspecify.annotations.NullMarked;
