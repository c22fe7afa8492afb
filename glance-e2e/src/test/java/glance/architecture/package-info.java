/** Holds the shape of the code: which package may see which. Reads the compiled classes of all production modules. */
@NullMarked
package glance.architecture;

import org.jspecify.annotations.NullMarked;
