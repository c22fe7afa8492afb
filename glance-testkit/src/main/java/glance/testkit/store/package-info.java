/**
 * The promises of the store port as tests ({@link glance.testkit.store.StoreContract}, and {@link
 * glance.testkit.store.StorePartsContract} at the borders of parts) and a store in memory that keeps them. A new driver starts by
 * passing both.
 */
@NullMarked
package glance.testkit.store;

import org.jspecify.annotations.NullMarked;
