/**
 * What all API versions share: how a failure becomes an answer. Routes and codecs live in the packages of their version.
 * Start with {@link glance.api.ErrorResponses}.
 */
@NullMarked
package glance.api;

import org.jspecify.annotations.NullMarked;
