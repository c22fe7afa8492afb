/** The Swift store with tokens of a real Keystone. */
@NullMarked
package glance.store.swift;

import org.jspecify.annotations.NullMarked;
