@NullMarked
package glance.fetch;

import org.jspecify.annotations.NullMarked;
