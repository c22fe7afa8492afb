/**
 * Named fail points: places where a test may stop, delay or break the service. Inert unless armed.
 */
@NullMarked
package glance.fault;

import org.jspecify.annotations.NullMarked;
