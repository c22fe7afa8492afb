/** Tests of what stands before remote stores. */
@NullMarked
package glance.store.front;

import org.jspecify.annotations.NullMarked;
