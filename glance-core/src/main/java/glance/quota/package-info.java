/** Limits on what a project or one image may hold. Start with {@link glance.quota.Quotas}. */
@NullMarked
package glance.quota;

import org.jspecify.annotations.NullMarked;
