/**
 * What stands before a store that is reached over a network: {@link glance.store.front.SharedReads} makes one read of many,
 * {@link glance.store.front.Breaker} answers for a store that does not.
 */
@NullMarked
package glance.store.front;

import org.jspecify.annotations.NullMarked;
