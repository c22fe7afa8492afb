/** Tasks: what is done for somebody after the request is answered. The record and the port to where tasks are kept. */
@NullMarked
package glance.task;

import org.jspecify.annotations.NullMarked;
