/**
 * The RBD driver: images as RADOS block devices in a Ceph cluster, through librados and librbd, which are loaded at first use.
 * Not for anything else of Ceph; its object gateway is reached as S3 or Swift. Start with {@link glance.store.rbd.RbdStore};
 * {@link glance.store.rbd.Librbd} is the only class that calls native code.
 */
@NullMarked
package glance.store.rbd;

import org.jspecify.annotations.NullMarked;
