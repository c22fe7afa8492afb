/** Tests. */
@NullMarked
package glance.testkit.store;

import org.jspecify.annotations.NullMarked;
