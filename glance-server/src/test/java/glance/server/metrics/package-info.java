@NullMarked
package glance.server.metrics;

import org.jspecify.annotations.NullMarked;
