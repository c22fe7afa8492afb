/**
 * Who is calling. Start with {@link glance.auth.Caller}.
 */
@NullMarked
package glance.auth;

import org.jspecify.annotations.NullMarked;
