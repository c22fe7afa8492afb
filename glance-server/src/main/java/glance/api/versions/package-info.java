/**
 * Which API versions there are, told without authentication, and which one a request means. Start with
 * {@link glance.api.versions.Versions}.
 */
@NullMarked
package glance.api.versions;

import org.jspecify.annotations.NullMarked;
