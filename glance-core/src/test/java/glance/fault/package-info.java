/** Tests of fail points. */
@NullMarked
package glance.fault;

import org.jspecify.annotations.NullMarked;
