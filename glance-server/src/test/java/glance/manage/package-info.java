/** Tests of {@code glance-manage} in this process. */
@NullMarked
package glance.manage;

import org.jspecify.annotations.NullMarked;
