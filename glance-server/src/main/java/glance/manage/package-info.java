/**
 * The operator's commands, which work on database and stores directly, beside running services: {@code glance-manage} (schema,
 * purging, metadata definition files, the comparison of database and stores), {@code glance-scrubber} and {@code glance-status}.
 * Start with {@link glance.manage.ManageMain}.
 */
@NullMarked
package glance.manage;

import org.jspecify.annotations.NullMarked;
