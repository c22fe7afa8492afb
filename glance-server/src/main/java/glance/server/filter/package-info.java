/**
 * What surrounds every request, outermost first: CORS, health, forwarded headers, versions, identity. Each filter is a
 * {@link glance.http.Handler} around the next one; {@code glance.server.Pipeline} puts them in order.
 */
@NullMarked
package glance.server.filter;

import org.jspecify.annotations.NullMarked;
