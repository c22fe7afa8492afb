/**
 * The deprecated Images API v1: metadata in headers, over the use cases of API v2. Start with {@link glance.api.v1.ApiV1}.
 */
@NullMarked
package glance.api.v1;

import org.jspecify.annotations.NullMarked;
