/** Networks that fail on demand. Start with {@link glance.testkit.net.FaultProxy}. */
@NullMarked
package glance.testkit.net;

import org.jspecify.annotations.NullMarked;
