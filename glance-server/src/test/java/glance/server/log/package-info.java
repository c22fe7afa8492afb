/** Tests of log lines and where they go. */
@NullMarked
package glance.server.log;

import org.jspecify.annotations.NullMarked;
