/** The wire of {@code glance-registry}. Start with {@link glance.api.registry.RegistryApi}. */
@NullMarked
package glance.api.registry;

import org.jspecify.annotations.NullMarked;
