/**
 * Several API servers behind nginx on one database and one object store, under load: one is killed again and again, all are
 * restarted one after the other, and what clients saw is compared with what is there. Start with {@link
 * glance.fleet.FleetCampaign}.
 */
@NullMarked
package glance.fleet;

import org.jspecify.annotations.NullMarked;
