@NullMarked
package glance.server.filter;

import org.jspecify.annotations.NullMarked;
