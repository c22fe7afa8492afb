/** Tests of the command. */
@NullMarked
package glance.client.cli;

import org.jspecify.annotations.NullMarked;
