/**
 * The store port: places where image data lives, and the payloads that move between them. Start with {@link glance.store.Store}.
 */
@NullMarked
package glance.store;

import org.jspecify.annotations.NullMarked;
