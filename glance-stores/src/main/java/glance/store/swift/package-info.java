/** OpenStack Object Storage. Start with {@link glance.store.swift.SwiftStore}. */
@NullMarked
package glance.store.swift;

import org.jspecify.annotations.NullMarked;
