/** Tests of format inspection, on made-up, hostile and real images. */
@NullMarked
package glance.format;

import org.jspecify.annotations.NullMarked;
