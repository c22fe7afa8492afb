/**
 * The client library of the Images API: credentials, endpoint, wire and one method per call. Not here: anything the user
 * of a terminal sees (that is {@code glance.client.cli}). Start reading at {@link glance.client.ImageClient} for v2, at
 * {@link glance.client.ImageClientV1} for the header-based v1 of older services.
 */
@NullMarked
package glance.client;

import org.jspecify.annotations.NullMarked;
