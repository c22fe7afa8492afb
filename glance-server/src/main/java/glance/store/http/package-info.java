/** The read-only store of data that lies on somebody's web server. */
@NullMarked
package glance.store.http;

import org.jspecify.annotations.NullMarked;
