/** The one way out: HTTP requests to URLs that users name, kept away from what only this machine can reach. */
@NullMarked
package glance.fetch;

import org.jspecify.annotations.NullMarked;
