/**
 * Callers and limits as OpenStack Identity (Keystone v3) knows them. Start with {@link
 * glance.auth.keystone.KeystoneIdentity}; {@link glance.auth.keystone.KeystoneClient} makes the calls.
 */
@NullMarked
package glance.auth.keystone;

import org.jspecify.annotations.NullMarked;
