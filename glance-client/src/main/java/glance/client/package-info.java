/**
 * The client library of the Images API v2: credentials, endpoint, wire and one method per call. Not here: anything the
 * user of a terminal sees (that is {@code glance.client.cli}). Start reading at {@link glance.client.ImageClient}.
 */
@NullMarked
package glance.client;

import org.jspecify.annotations.NullMarked;
