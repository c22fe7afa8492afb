/**
 * The {@code glance-manage} command: the database's schema, purging, metadata definition files, and the comparison of
 * database and stores. It works on database and stores directly, beside running services. Start with {@link
 * glance.manage.ManageMain}.
 */
@NullMarked
package glance.manage;

import org.jspecify.annotations.NullMarked;
