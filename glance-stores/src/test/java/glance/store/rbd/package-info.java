/** The RBD driver against a real Ceph. */
@NullMarked
package glance.store.rbd;

import org.jspecify.annotations.NullMarked;
