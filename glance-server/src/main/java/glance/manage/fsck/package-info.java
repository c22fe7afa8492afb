/**
 * {@code glance-manage fsck}: compares what the database records with what stores and staging directories hold, beside a
 * running service, and mends what can be mended without a choice. Start with {@link glance.manage.fsck.Fsck}.
 */
@NullMarked
package glance.manage.fsck;

import org.jspecify.annotations.NullMarked;
