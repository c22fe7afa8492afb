@NullMarked
package glance.store;

import org.jspecify.annotations.NullMarked;
