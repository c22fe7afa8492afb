/**
 * Small calls to services that steer this one: identity, limits, remote policy checks. Not for image data. Start with {@link
 * glance.http.client.ControlClient}.
 */
@NullMarked
package glance.http.client;

import org.jspecify.annotations.NullMarked;
