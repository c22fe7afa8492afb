@NullMarked
package glance.server;

import org.jspecify.annotations.NullMarked;
