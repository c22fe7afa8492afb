/** Tests of the transfer pipeline. */
@NullMarked
package glance.image.transfer;

import org.jspecify.annotations.NullMarked;
