/** Tests of the client library. */
@NullMarked
package glance.client;

import org.jspecify.annotations.NullMarked;
