/** What the service counts and times, and the page that shows it. Labels are bounded. Start with {@link glance.server.metrics.Metrics}. */
@NullMarked
package glance.server.metrics;

import org.jspecify.annotations.NullMarked;
