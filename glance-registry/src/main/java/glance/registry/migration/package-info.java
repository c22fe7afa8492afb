/**
 * The database schema: upstream's newest head, created on an empty database and recognised on others, and our own
 * tables beside it. Not for queries. Start with {@link glance.registry.migration.Schema}.
 */
@NullMarked
package glance.registry.migration;

import org.jspecify.annotations.NullMarked;
