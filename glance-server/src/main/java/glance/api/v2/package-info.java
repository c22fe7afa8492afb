/**
 * The Images API v2 on the wire: routes, codecs and their quirks, each labelled with the client or release that needs
 * it. Decisions live in {@code glance.image}. Start with {@link glance.api.v2.ApiV2} and {@link glance.api.v2.Routes}.
 */
@NullMarked
package glance.api.v2;

import org.jspecify.annotations.NullMarked;
