/**
 * The daemons: {@link glance.server.ApiMain} builds the whole graph with constructors, top to bottom, and starts it. What
 * surrounds a request (filters, access log, metrics) is here too; what a request does is in {@code glance.api}.
 */
@NullMarked
package glance.server;

import org.jspecify.annotations.NullMarked;
