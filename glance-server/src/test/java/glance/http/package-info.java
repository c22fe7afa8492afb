/** The engine, proven over plain sockets. */
@NullMarked
package glance.http;

import org.jspecify.annotations.NullMarked;
