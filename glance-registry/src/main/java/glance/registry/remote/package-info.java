/**
 * The metadata store reached through {@code glance-registry}: the calls, their form on the wire, the client's side and the
 * daemon's. It knows no HTTP: a {@link glance.registry.remote.RegistryLine} carries the bytes. Start with
 * {@link glance.registry.remote.RemoteRegistry} and {@link glance.registry.remote.RegistryCall}.
 */
@NullMarked
package glance.registry.remote;

import org.jspecify.annotations.NullMarked;
