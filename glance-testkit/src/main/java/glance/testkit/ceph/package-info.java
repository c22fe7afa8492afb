/** A real Ceph cluster for tests of the RBD driver. */
@NullMarked
package glance.testkit.ceph;

import org.jspecify.annotations.NullMarked;
