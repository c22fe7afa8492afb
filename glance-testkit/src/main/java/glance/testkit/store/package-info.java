/**
 * The promises of the store port as tests ({@link glance.testkit.store.StoreContract}) and a store in memory that keeps
 * them. A new driver starts by passing the contract.
 */
@NullMarked
package glance.testkit.store;

import org.jspecify.annotations.NullMarked;
