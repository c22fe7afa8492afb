@NullMarked
package glance.image;

import org.jspecify.annotations.NullMarked;
