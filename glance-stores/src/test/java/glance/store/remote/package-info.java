/** Tests of what the drivers of remote stores share. */
@NullMarked
package glance.store.remote;

import org.jspecify.annotations.NullMarked;
