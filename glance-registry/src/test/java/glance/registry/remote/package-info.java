/** The registry's calls through their JSON form. */
@NullMarked
package glance.registry.remote;

import org.jspecify.annotations.NullMarked;
