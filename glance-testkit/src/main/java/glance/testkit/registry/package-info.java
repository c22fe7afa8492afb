/**
 * The promises of the metadata ports as tests (RegistryContract), an implementation in
 * memory that keeps them ({@link glance.testkit.registry.MemoryRegistry}), and a maker of many images. Not for
 * production: nothing here survives the process.
 */
@NullMarked
package glance.testkit.registry;

import org.jspecify.annotations.NullMarked;
