/** Tests of the Swift store, against a real server where there is one to ask. */
@NullMarked
package glance.store.swift;

import org.jspecify.annotations.NullMarked;
